/**
 * One socket's way out. What is ready in one turn leaves as one array; a peer that does not read is
 * cut off instead of being waited for (R10).
 */
import { setImmediate } from "node:timers";
import { FRAMES_PER_ARRAY, SOCKET_BUFFER_MAX_BYTES } from "../shared/limits.ts";

/** The part of a WebSocket that a wire needs. */
export type Pipe = Pick<WebSocket, "send" | "bufferedAmount" | "readyState">;

const OPEN = 1;

/** Wires that have something to send in this turn. */
let dirty: Wire[] = [];

function flushAll(): void {
  const wires = dirty;
  dirty = [];
  for (const wire of wires) wire.flush();
}

/** See the header of this module. */
export class Wire {
  readonly #pipe: Pipe;
  readonly #overflow: () => void;
  #texts: string[] = [];

  /** `overflow` is called when the peer has left more than 1 MiB unread; it must close the socket. */
  constructor(pipe: Pipe, overflow: () => void) {
    this.#pipe = pipe;
    this.#overflow = overflow;
  }

  /** Bytes that the peer has not taken yet. */
  get unsent(): number {
    return this.#pipe.bufferedAmount;
  }

  /** Sends a frame, given as JSON, at the end of this turn. */
  push(json: string): void {
    if (this.#texts.length === 0) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    this.#texts.push(json);
  }

  /** Sends what is waiting, now. */
  flush(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    this.#texts = [];
    if (this.#pipe.readyState !== OPEN) return;
    // Measured before the new frames: what one turn makes is bounded by the size of a commit, and
    // is no sign of a peer that does not read.
    if (this.#pipe.bufferedAmount > SOCKET_BUFFER_MAX_BYTES) return this.#overflow();
    for (let i = 0; i < texts.length; i += FRAMES_PER_ARRAY) {
      const some = texts.length <= FRAMES_PER_ARRAY ? texts : texts.slice(i, i + FRAMES_PER_ARRAY);
      this.#pipe.send(some.length === 1 ? some[0]! : `[${some.join(",")}]`);
    }
  }

  /** Forgets what is waiting. */
  discard(): void {
    this.#texts = [];
  }
}
