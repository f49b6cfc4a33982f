/** The messages of one conversation in memory: loading pages, jumping, filling gaps. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Timer } from "../shared/clock.ts";
import type { Message } from "../shared/message_schema.ts";
import { failureOf } from "./api.ts";
import type { ChatContext } from "./chat_context.ts";
import * as lines from "./timeline.ts";
import type { History, LoadState } from "./types.ts";

/** A gap is asked for again after this, three times; then the newest page is loaded instead. */
const GAP_WAIT_MS = 5000;
const GAP_TRIES = 3;
/** A larger gap is not filled: the newest page is loaded instead. */
const GAP_MAX = 600;

type Loading = "none" | "older" | "newer" | "jump";

/** What the thread needs of its conversation. */
export interface ThreadHost {
  /** Of the conversation; changes with the first message to somebody. */
  id(): string;
  /** False before the first message: there is nothing to load. */
  exists(): boolean;
  /** seq of the newest message. */
  head(): number;
  /** It is on the screen. */
  open(): boolean;
  /** What this browser has kept of it, or null. */
  kept(): Promise<History | null>;
  /** These go into the run. */
  learn(messages: readonly Message[]): void;
}

export class Thread {
  readonly timeline: ReadonlySignal<lines.Timeline | null>;
  readonly status: ReadonlySignal<LoadState>;
  readonly loading: ReadonlySignal<Loading>;
  /** The message to bring into view. */
  readonly target = signal<number | null>(null);

  readonly #context: ChatContext;
  readonly #host: ThreadHost;
  readonly #timeline = signal<lines.Timeline | null>(null);
  readonly #status = signal<LoadState>({ kind: "idle" });
  readonly #loading = signal<Loading>("none");
  #gapTimer: Timer | null = null;
  #gapTries = 0;
  /** Number of the newest load: the answers of older ones are dropped. */
  #load = 0;
  /** What is shown was kept by this browser, and is not known to be the newest. */
  #isKept = false;

  constructor(context: ChatContext, host: ThreadHost) {
    this.#context = context;
    this.#host = host;
    this.timeline = this.#timeline;
    this.status = this.#status;
    this.loading = this.#loading;
  }

  /** seq after which messages are missing, or null where the run doesn't say. */
  get end(): number | null {
    const timeline = this.#timeline.peek();
    return timeline?.live ? lines.endOf(timeline) : null;
  }

  // --- what comes -------------------------------------------------------------------------------

  /** Messages in memory. */
  get size(): number {
    return this.#timeline.peek()?.messages.length ?? 0;
  }
  /** The end of the run, `max` messages at most; null where it is not in memory. */
  newest(max: number): History | null {
    const timeline = this.#timeline.value;
    if (!timeline?.live) return null;
    const messages = timeline.messages.slice(-max);
    const cut = messages.length < timeline.messages.length;
    const first = messages[0]?.seq ?? null;
    return { messages, before: cut || timeline.hasOlder ? first : null, after: null };
  }

  /** A page as the whole run; `isKept`: of this browser, to be loaded anew once that is possible. */
  setPage(page: History, isKept = false): void {
    this.#isKept = isKept;
    this.#host.learn(page.messages);
    this.#timeline.value = lines.timelineOf(page, this.#host.head());
    this.#status.value = { kind: "ready" };
  }

  insert(messages: readonly Message[]): void {
    const timeline = this.#timeline.peek();
    if (!timeline) return;
    const grown = lines.insert(timeline, messages);
    this.#timeline.value = grown;
    if (lines.endOf(grown) > lines.endOf(timeline)) this.#gapTries = 0;
    this.fill();
  }

  /** The answer to a `history` frame. */
  fillWith(messages: readonly Message[]): void {
    this.#quiet();
    this.#host.learn(messages);
    this.insert(messages);
  }

  change(seq: number, change: (message: Message) => Message): void {
    const timeline = this.#timeline.peek();
    if (timeline) this.#timeline.value = lines.changeMessage(timeline, seq, change);
  }

  /** Messages up to `seq` exist. */
  raiseHead(seq: number): void {
    const timeline = this.#timeline.peek();
    if (timeline && seq > timeline.head) this.#timeline.value = { ...timeline, head: seq };
  }

  // --- gaps -------------------------------------------------------------------------------------

  /** Asks for what is missing, once everything is there that comes by itself. */
  fill(): void {
    const timeline = this.#timeline.peek();
    const gap = timeline && lines.gapOf(timeline);
    if (!gap) {
      this.#gapTries = 0;
      return;
    }
    if (this.#gapTimer || !this.#context.caughtUp()) return;
    const size = timeline.head - gap.after;
    if (size > GAP_MAX || this.#gapTries >= GAP_TRIES) return this.stale();
    this.#gapTries++;
    if (!this.#context.send({ type: "history", conversationId: this.#host.id(), ...gap })) return;
    this.#gapTimer = this.#context.browser.clock.after(GAP_WAIT_MS, () => {
      this.#gapTimer = null;
      this.fill();
    });
  }

  /** What is in memory doesn't meet the head any more: the newest page takes its place. */
  stale(): void {
    this.#gapTries = 0;
    if (!this.#timeline.peek()) return;
    if (this.#host.open()) return this.load();
    this.release();
  }

  /** Lets the messages go; they are loaded again when they are wanted. */
  release(): void {
    this.#load++;
    this.#loading.value = "none";
    this.#timeline.value = null;
    this.#status.value = { kind: "idle" };
  }

  /** Everything that was missed is there. */
  online(): void {
    if (this.#isKept) {
      // Its edits and reactions are of the time when it was kept.
      this.#isKept = false;
      this.stale();
    }
    this.fill();
  }

  /** The socket is gone, and with it what was asked on it. */
  lost(): void {
    this.#quiet();
    this.#gapTries = 0;
  }

  #quiet(): void {
    this.#gapTimer?.cancel();
    this.#gapTimer = null;
  }

  // --- pages ------------------------------------------------------------------------------------

  /** The newest page. */
  load(): void {
    if (!this.#host.exists()) {
      this.#timeline.value ??= lines.emptyTimeline;
      this.#status.value = { kind: "ready" };
      return;
    }
    const load = ++this.#load;
    if (!this.#timeline.peek()) {
      this.#status.value = { kind: "loading" };
      if (!this.#context.caughtUp()) void this.#recall(load);
    }
    this.#loading.value = "none";
    this.#context.api.history(this.#host.id()).then((page) => {
      if (load !== this.#load) return;
      batch(() => this.setPage(page));
      this.fill();
    }, (error) => {
      if (load === this.#load && !this.#isKept) this.fail(error);
    });
  }

  /** Shows what was kept while nothing else is there. */
  async #recall(load: number): Promise<void> {
    const page = await this.#host.kept();
    if (!page || load !== this.#load || this.#timeline.peek()) return;
    batch(() => this.setPage(page, true));
  }

  /** It could not be loaded. What is shown already stays. */
  fail(error: unknown): void {
    const failure = failureOf(error);
    if (!this.#timeline.peek()) this.#status.value = { kind: "failed", failure };
    else this.#context.toasts.show({ kind: "failure", what: "load_messages", failure });
  }

  /** Nothing of it is to be seen any more. */
  drop(error: unknown): void {
    this.#load++;
    this.#timeline.value = null;
    this.fail(error);
  }

  loadOlder(): void {
    const timeline = this.#timeline.peek();
    const before = timeline?.messages[0]?.seq;
    if (timeline?.hasOlder && before !== undefined) {
      this.#page("older", { before }, (known, page) => lines.prepend(known, page));
    }
  }

  loadNewer(): void {
    const timeline = this.#timeline.peek();
    if (timeline && !timeline.live) {
      const after = lines.endOf(timeline);
      this.#page("newer", { after }, (known, page) => lines.append(known, page));
    }
  }

  jump(seq: number): void {
    const messages = this.#timeline.peek()?.messages ?? [];
    if (messages.some((message) => message.seq === seq)) {
      this.target.value = seq;
      return;
    }
    this.#loading.value = "none";
    this.#page("jump", { around: seq }, (_, page) => {
      this.target.value = seq;
      return lines.timelineOf(page, this.#host.head());
    });
  }

  jumpToEnd(): void {
    if (this.#timeline.peek()?.live === false) this.load();
  }

  #page(
    what: "older" | "newer" | "jump",
    query: { before?: number; after?: number; around?: number },
    join: (timeline: lines.Timeline, page: History) => lines.Timeline,
  ): void {
    if (this.#loading.peek() !== "none") return;
    const load = ++this.#load;
    this.#loading.value = what;
    this.#context.api.history(this.#host.id(), query).then((page) => {
      if (load !== this.#load) return;
      batch(() => {
        this.#host.learn(page.messages);
        this.#timeline.value = join(this.#timeline.peek() ?? lines.emptyTimeline, page);
        this.#status.value = { kind: "ready" };
      });
      this.fill();
    }).catch((error) => {
      if (load === this.#load) this.fail(error);
    }).finally(() => {
      if (load === this.#load) this.#loading.value = "none";
    });
  }
}
