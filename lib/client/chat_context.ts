/** What the chat's models need of the rest of the page. */
import type { InitialConversation } from "../shared/initial_state.ts";
import type { Person, User } from "../shared/user_schema.ts";
import type { ClientFrame } from "../shared/protocol.ts";
import type { Browser } from "./browser.ts";
import type { LocalStore } from "./local_store.ts";
import type { Outbox } from "./outbox.ts";
import type { Api, PresenceModel, ToastsModel } from "./types.ts";

export interface ChatContext {
  readonly me: User;
  readonly browser: Browser;
  readonly api: Api;
  readonly outbox: Outbox;
  readonly store: LocalStore;
  readonly presence: PresenceModel;
  readonly toasts: ToastsModel;
  /** False: not connected. */
  send(frame: ClientFrame): boolean;
  /** Connected, and everything that was missed is there. */
  caughtUp(): boolean;
  /** The server knows less than this page: its store was put back to an earlier state. */
  onBehind(): void;
  /** The newest messages that this browser has kept of a conversation, or null. */
  kept(key: string): Promise<InitialConversation | null>;
  /** Somebody was seen: `people.get` knows them from now on. */
  meet(person: Person): void;
}
