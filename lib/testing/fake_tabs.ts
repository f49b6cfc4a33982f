/**
 * Locks and channels of one browser, in process (Web Locks, HTML broadcasting). Each tab has its own
 * end, which a test can stop as a browser stops a sleeping tab, or end as a crash does.
 */
import type { TabGround } from "../client/browser.ts";

interface Request {
  tab: FakeTabs;
  run(): void;
  reject(error: Error): void;
}
interface Held {
  tab: FakeTabs;
  reject(error: Error): void;
}
interface Shared {
  held: Map<string, Held>;
  waiting: Map<string, Request[]>;
  ends: Set<End>;
}
interface End {
  tab: FakeTabs;
  name: string;
  hear: (message: unknown) => void;
}

/** One tab's end. */
export class FakeTabs implements TabGround {
  readonly #shared: Shared;
  #missed: (() => void)[] | null = null;
  #gone = false;

  constructor(other?: FakeTabs) {
    this.#shared = other ? other.#shared : { held: new Map(), waiting: new Map(), ends: new Set() };
  }
  /** Another tab of the same browser. */
  another(): FakeTabs {
    return new FakeTabs(this);
  }

  /** The tab stands still: what it would hear or post waits for `wake`; its locks stay. */
  sleep(): void {
    this.#missed ??= [];
  }
  wake(): void {
    const missed = this.#missed ?? [];
    this.#missed = null;
    missed.forEach((run) => this.#task(run));
  }
  /** The tab is gone, with its locks and without a word. */
  crash(): void {
    this.#gone = true;
    for (const end of this.#shared.ends) if (end.tab === this) this.#shared.ends.delete(end);
    for (const [name, waiting] of this.#shared.waiting) {
      this.#shared.waiting.set(name, waiting.filter(({ tab }) => tab !== this));
    }
    for (const [name, { tab }] of this.#shared.held) if (tab === this) this.#free(name);
  }

  lock(
    name: string,
    options: { signal: AbortSignal } | { steal: true },
    held: () => Promise<void>,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const own: Held = { tab: this, reject };
    const request: Request = {
      tab: this,
      reject,
      run: () => {
        this.#shared.held.set(name, own);
        this.#task(() =>
          void held().then(() => {
            if (this.#shared.held.get(name) === own) this.#free(name);
            resolve();
          })
        );
      },
    };
    const aborted = () => new DOMException("aborted", "AbortError");
    if ("steal" in options) {
      const before = this.#shared.held.get(name);
      if (before) before.tab.#task(() => before.reject(aborted()));
      request.run();
    } else if (options.signal.aborted) reject(aborted());
    else if (!this.#shared.held.has(name)) request.run();
    else {
      const waiting = this.#shared.waiting.get(name) ?? [];
      this.#shared.waiting.set(name, [...waiting, request]);
      options.signal.addEventListener("abort", () => {
        const still = this.#shared.waiting.get(name) ?? [];
        if (!still.includes(request)) return;
        this.#shared.waiting.set(name, still.filter((other) => other !== request));
        reject(aborted());
      });
    }
    return promise;
  }

  channel(name: string, hear: (message: unknown) => void) {
    const end: End = { tab: this, name, hear };
    this.#shared.ends.add(end);
    return {
      post: (message: unknown) => {
        if (this.#gone) return;
        const copy = structuredClone(message);
        const send = () => {
          for (const other of [...this.#shared.ends]) {
            if (other === end || other.name !== name) continue;
            other.tab.#task(() => this.#shared.ends.has(other) && other.hear(copy));
          }
        };
        if (this.#missed) this.#missed.push(send);
        else send();
      },
      close: () => void this.#shared.ends.delete(end),
    };
  }

  #free(name: string): void {
    this.#shared.held.delete(name);
    const [next, ...rest] = this.#shared.waiting.get(name) ?? [];
    this.#shared.waiting.set(name, rest);
    next?.run();
  }

  #task(run: () => void): void {
    if (this.#gone) return;
    if (this.#missed) this.#missed.push(run);
    else queueMicrotask(() => this.#missed ? this.#missed.push(run) : this.#gone || run());
  }
}
