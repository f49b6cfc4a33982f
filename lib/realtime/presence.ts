/**
 * Who is online, here or on another server, told to those with whom a conversation exists and who are
 * connected here. A reload is no absence: somebody is gone only when no socket has come back for a
 * moment.
 */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { ServerFrame } from "../shared/protocol.ts";

/** What {@link Presence} needs. */
export interface PresenceOptions {
  clock: Clock;
  log: Logger;
  isConnected(userId: string): boolean;
  /** Connected to another server. */
  isElsewhere(userId: string): boolean;
  /** Gone from this server. */
  gone(userId: string): void;
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame): void;
  contactsOf(userId: string, limit: number): Promise<string[]>;
}

/** People that one person is told about, and that are told about them. */
const CONTACTS_MAX = 500;
const GONE_AFTER_MS = 2000;
/** People whose last visit is remembered. */
const REMEMBERED = 50_000;
/** People of other servers whose coming or going waits to be told; past it it is not told (R10). */
const WAITING_MAX = 20_000;
/** Of those, how many are told at a time. */
const AT_ONCE = 20;

/** See the header of this module. */
export class Presence {
  readonly #options: PresenceOptions;
  /** Online, and those who may come back in a moment, with the timer that ends it. */
  #online = new Map<string, Timer | null>();
  #lastSeen = new Map<string, number>();
  #waiting = new Set<string>();
  #telling = 0;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Connected to this server, or a moment ago. */
  isHere(userId: string): boolean {
    return this.#online.has(userId);
  }

  /** Connected to any server. */
  isOnline(userId: string): boolean {
    return this.#online.has(userId) || this.#options.isElsewhere(userId);
  }

  /** A socket has opened: `tell` sends to it alone what is known of the others. */
  came(userId: string, tell: (frame: ServerFrame) => void): void {
    const isNew = !this.isOnline(userId);
    this.#online.get(userId)?.cancel();
    this.#online.set(userId, null);
    this.#contacts(userId, (contacts) => {
      for (const contact of contacts) {
        if (this.isOnline(contact) || this.#lastSeen.has(contact)) tell(this.#frame(contact));
      }
      if (isNew) this.#options.sendToUsers(contacts, this.#frame(userId));
    });
  }

  /** The last socket of somebody has closed. */
  went(userId: string): void {
    if (!this.#online.has(userId)) return;
    const at = this.#options.clock.now();
    this.#online.get(userId)?.cancel();
    this.#online.set(
      userId,
      this.#options.clock.after(GONE_AFTER_MS, () => {
        if (this.#options.isConnected(userId)) return;
        this.#online.delete(userId);
        this.#remember(userId, at);
        this.#options.gone(userId);
        if (this.#options.isElsewhere(userId)) return;
        this.#contacts(userId, (contacts) => {
          this.#options.sendToUsers(contacts, this.#frame(userId));
        });
      }),
    );
  }

  /** Somebody has come to, or gone from, the other servers; `at` is when. */
  changedElsewhere(userId: string, online: boolean, at: number): void {
    if (!online) this.#remember(userId, at);
    if (this.#online.has(userId) || this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.add(userId);
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    for (const userId of this.#waiting) {
      if (this.#telling >= AT_ONCE) return;
      this.#waiting.delete(userId);
      this.#telling++;
      this.#contacts(userId, (contacts) => {
        this.#options.sendToUsers(contacts, this.#frame(userId));
      }).finally(() => {
        this.#telling--;
        this.#tellWaiting();
      });
    }
  }

  #remember(userId: string, at: number): void {
    this.#lastSeen.delete(userId);
    this.#lastSeen.set(userId, at);
    const [oldest] = this.#lastSeen.keys();
    if (this.#lastSeen.size > REMEMBERED && oldest !== undefined) this.#lastSeen.delete(oldest);
  }

  /** These people have a conversation from now on. */
  introduce(userIds: readonly string[], others: readonly string[]): void {
    const { sendToUsers } = this.#options;
    const here = userIds.slice(0, CONTACTS_MAX).filter((id) => this.isOnline(id));
    const there = others.slice(0, CONTACTS_MAX).filter((id) => this.isOnline(id));
    for (const userId of here) {
      const known = there.filter((id) => id !== userId);
      sendToUsers(known, this.#frame(userId));
      for (const other of known) sendToUsers([userId], this.#frame(other));
    }
  }

  close(): void {
    for (const timer of this.#online.values()) timer?.cancel();
    this.#online.clear();
    this.#waiting.clear();
  }

  #frame(userId: string): ServerFrame {
    const online = this.isOnline(userId);
    const at = this.#lastSeen.get(userId);
    return {
      type: "presence",
      userId,
      online,
      lastSeenAt: online || at === undefined ? null : new Date(at).toISOString(),
    };
  }

  #contacts(userId: string, then: (contacts: readonly string[]) => void): Promise<void> {
    return this.#options.contactsOf(userId, CONTACTS_MAX).then(then).catch((error) => {
      this.#options.log.warn("Presence could not be told", errorFields(error));
    });
  }
}
