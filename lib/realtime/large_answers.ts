/**
 * Answers of one socket that are large: one after another, and in parts, each when the peer has taken
 * most of what was sent before (R10).
 */
import { type Clock, delay } from "../shared/clock.ts";
import { closeCode } from "../shared/limits.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import type { Wire } from "./wire.ts";

/** A resume is sent in parts of this size, each when the one before is on its way. */
const PART_BYTES = 256 * 1024;
const PART_WAIT_MS = 20;
const PART_PATIENCE_MS = 30_000;

/** The socket whose answers they are. */
export interface Answering {
  readonly isClosed: boolean;
  close(code: number, reason: string): void;
}

/** See the header of this module. */
export class LargeAnswers {
  readonly #clock: Clock;
  readonly #wire: Wire;
  readonly #socket: Answering;
  /** Those so far. */
  #last = Promise.resolve();

  constructor(clock: Clock, wire: Wire, socket: Answering) {
    this.#clock = clock;
    this.#wire = wire;
    this.#socket = socket;
  }

  /** Makes one when its turn has come: a hundred that are asked for at once are never in memory. */
  inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      await this.#taken();
      if (!this.#socket.isClosed) await work();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Sends frames in parts, until the socket is closed. */
  async send(frames: readonly ServerFrame[]): Promise<void> {
    let bytes = 0;
    for (const frame of frames) {
      if (this.#socket.isClosed) return;
      const json = JSON.stringify(frame);
      this.#wire.push(json);
      bytes += json.length;
      if (bytes < PART_BYTES) continue;
      bytes = 0;
      await this.#taken();
    }
  }

  /** Waits for the peer to take most of what was sent; one that does not is closed. */
  async #taken(): Promise<void> {
    this.#wire.flush();
    const patience = this.#clock.now() + PART_PATIENCE_MS;
    while (!this.#socket.isClosed && this.#wire.unsent > PART_BYTES) {
      if (this.#clock.now() > patience) return this.#socket.close(closeCode.tooSlow, "too slow");
      await delay(this.#clock, PART_WAIT_MS);
    }
  }
}
