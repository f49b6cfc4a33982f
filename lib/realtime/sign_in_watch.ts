/** Watches the sign-in that a socket was opened by: it ends by age, and each use of it moves that. */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";

/** A timer takes 2^31 ms at most. */
const LONGEST_MS = 2 ** 31 - 1;
/** A store that is away is asked again after so long. */
const AGAIN_MS = 2000;

/** What a {@link SignInWatch} needs. */
export interface SignInWatchOptions {
  clock: Clock;
  log: Logger;
  /** When a session ends unless it is used (ms); null once it has. Not a use of it. */
  sessionEndsAt(sessionId: string): Promise<number | null>;
}

/** One socket's watch. */
export class SignInWatch {
  #timer: Timer | null = null;
  /** Moves with each `watch` and `stop`, so that answers for what was before come to nothing. */
  #turn = 0;

  /** `ended` is called once for each session that is watched, unless another one, or none, is by then. */
  constructor(
    private readonly options: SignInWatchOptions,
    private readonly ended: () => void,
  ) {}

  /**
   * Watches this session from now on, in place of the one before. It may have ended while the socket
   * was on its way: then `ended` is called at once. Null: a host platform's token, which has none.
   */
  watch(sessionId: string | null): void {
    this.stop();
    if (sessionId !== null) this.#look(sessionId, this.#turn);
  }

  stop(): void {
    this.#turn++;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #look(sessionId: string, turn: number): void {
    const { clock, log, sessionEndsAt } = this.options;
    const again = (ms: number) => {
      this.#timer = clock.after(ms, () => this.#look(sessionId, turn));
    };
    sessionEndsAt(sessionId).then((endsAt) => {
      if (turn !== this.#turn) return;
      const left = (endsAt ?? -Infinity) - clock.now();
      if (left > 0) again(Math.min(left, LONGEST_MS));
      else this.ended();
    }).catch((error) => {
      log.warn("Could not ask whether somebody is still signed in", errorFields(error));
      if (turn === this.#turn) again(AGAIN_MS);
    });
  }
}
