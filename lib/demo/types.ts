/** What the demo offers to the routes. */
import type { PlayablePersona } from "../shared/demo_persona.ts";
import type { Caller, SignedIn } from "../identity/types.ts";

/** The demo: people, a cohort, a history, a bot, and an assignment to grade. */
export interface DemoService {
  /** Whom a visitor may be, the first one first; null where there is no demo. */
  offer(): Promise<PlayablePersona[] | null>;
  /** Makes the demo where it is missing, and signs in as `key`. `not_found` where none is offered. */
  enter(key: string, caller: Caller): Promise<SignedIn>;
  /** True for the demo's own people. */
  includes(userId: string): Promise<boolean>;
  /**
   * What a learning platform does when an assignment is graded: POST /api/notifications with its own
   * JWT. `forbidden` for who is not of the demo.
   */
  grade(userId: string): Promise<void>;
  /**
   * Makes the demo where it is asked for, or wakes the bot of one that exists. Where none is offered
   * any more its people are signed out, now and as soon as somebody else has an account.
   */
  start(): Promise<void>;
  close(): void;
}
