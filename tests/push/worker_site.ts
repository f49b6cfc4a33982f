/** The smallest site that `static/sw.js` can live on: pages, the worker, and an API that takes notes. */

const root = new URL("../../static/", import.meta.url);

/** A request to `/api/…` that the worker made. */
export interface Call {
  method: string;
  path: string;
  body: string;
}

/** See the header of this module. */
export class WorkerSite implements AsyncDisposable {
  readonly calls: Call[] = [];
  /** Answers to calls, by `METHOD path`; anything else gets `{}`. */
  readonly answers = new Map<string, unknown>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#serve(request),
    );
  }

  /** By name, because Firefox takes push for localhost only. */
  get origin(): string {
    return `http://localhost:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) {
      const call = { method: request.method, path: pathname, body: await request.text() };
      this.calls.push(call);
      return Response.json({ data: this.answers.get(`${call.method} ${call.path}`) ?? {} });
    }
    if (pathname === "/sw.js" || pathname.startsWith("/icons/")) {
      const file = await Deno.readFile(new URL(`.${pathname}`, root)).catch(() => null);
      if (file === null) return new Response(null, { status: 404 });
      const type = pathname.endsWith(".js") ? "text/javascript" : "image/png";
      return new Response(file, { headers: { "content-type": type } });
    }
    const page = `<!doctype html><title>${pathname}</title><script>
      globalThis.ready = navigator.serviceWorker.register("/sw.js")
        .then(() => navigator.serviceWorker.ready);
    </script>`;
    return new Response(page, { headers: { "content-type": "text/html" } });
  }
}
