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
  /** Ends the sessions of the demo's people where it is no longer offered. */
  retire(): Promise<void>;
  /** Starts the bot where a demo exists; retires one that is no longer offered. */
  start(): Promise<void>;
  close(): void;
}
