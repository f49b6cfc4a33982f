/** Where an open page waits for changes. */
export const ALIVE_PATH = "/_frsh/alive";

const RETRY_MS = 200;
const SETTLE_MS = 80;

/**
 * Tells open pages, by server-sent events, which revision is running. A page that learns of another one reloads:
 * after the process was started again, or when a static file changed.
 */
export class LiveReload {
  #revision: string;
  #changes = 0;
  #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #encoder = new TextEncoder();

  constructor(revision: string) {
    this.#revision = revision;
  }

  respond(): Response {
    let page: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        page = controller;
        this.#pages.add(page);
        page.enqueue(this.#event());
      },
      cancel: () => {
        this.#pages.delete(page);
      },
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      },
    });
  }

  changed(): void {
    this.#changes++;
    for (const page of this.#pages) page.enqueue(this.#event());
  }

  /** Watches a folder until the process ends. Changes that come together count as one. */
  async watch(folder: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      for await (const event of Deno.watchFs(folder)) {
        if (event.kind === "access") continue;
        clearTimeout(timer);
        timer = setTimeout(() => this.changed(), SETTLE_MS);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #event(): Uint8Array {
    return this.#encoder.encode(
      `retry: ${RETRY_MS}\ndata: ${this.#revision}-${this.#changes}\n\n`,
    );
  }
}
