/**
 * The conversations that this server works with, in memory: read from the store once, then kept
 * current by the journal's events. Bounded: the ones that were loaded first are forgotten first.
 */
import { keys } from "../kv/keys.ts";
import type { JournalRows } from "../kv/journal/types.ts";
import { type ChatEvent, conversationOf, revOf } from "./chat_events.ts";
import { directIdOf, isConversationId, isDirectId } from "./chat_ids.ts";
import { noConversation } from "./chat_policy.ts";
import type { ConversationRowStored, MemberRow, MessageRow } from "./chat_rows.ts";
import { placeInPair } from "./places.ts";
import { Roster } from "./roster.ts";

/** Places (one person in one conversation) that are kept. */
const KEPT_PLACES = 200_000;
/** People whose list of conversations is kept. */
const KEPT_LISTS = 20_000;
/** Conversations of one person that lists and resumes look at. */
export const CONVERSATIONS_MAX = 5000;
const PAGE_ROWS = 500;

interface Loading<T> {
  promise: Promise<T>;
  /** Events that came meanwhile. */
  events: ChatEvent[];
}

/** See the header of this module. */
export class Directory {
  readonly #kv: Deno.Kv;
  readonly #rows: JournalRows;
  #rosters = new Map<string, Roster>();
  #places = 0;
  #loading = new Map<string, Loading<Roster | null>>();
  #lists = new Map<string, Set<string>>();
  #listing = new Map<string, Loading<ReadonlySet<string>>>();

  constructor(kv: Deno.Kv, rows: JournalRows) {
    this.#kv = kv;
    this.#rows = rows;
  }

  /** From memory; null when it has not been loaded (or does not exist). */
  peek(id: string): Roster | null {
    return this.#rosters.get(id) ?? null;
  }

  /** From memory or the store; null when there is no such conversation. Checks no membership. */
  load(id: string): Promise<Roster | null> {
    const known = this.#rosters.get(id);
    if (known) return Promise.resolve(known);
    let loading = this.#loading.get(id);
    if (!loading) {
      const events: ChatEvent[] = [];
      const promise = this.#read(id).then((roster) => {
        for (const event of events) roster?.apply(event);
        if (roster && this.#loading.get(id)?.events === events) this.#keep(roster);
        return roster;
      }).finally(() => {
        if (this.#loading.get(id)?.events === events) this.#loading.delete(id);
      });
      this.#loading.set(id, loading = { promise, events });
    }
    return loading.promise;
  }

  /**
   * The conversation that `idOrPartner` names for `userId`: its own id, or that of the person on the
   * other side. Null when there is none or `userId` is not in it: both take the same reads (R8).
   */
  async find(userId: string, idOrPartner: string): Promise<Roster | null> {
    const direct = directIdOf(userId, idOrPartner);
    const candidates = isConversationId(idOrPartner) ? [idOrPartner, direct] : [direct];
    for (const id of candidates) {
      const known = this.#rosters.get(id);
      if (known?.members.has(userId)) return known;
    }
    const rows = await this.#rows.getRows<ConversationRowStored | MemberRow>(
      candidates.map((id) => isDirectId(id) ? keys.conversation(id) : keys.member(id, userId)),
    );
    const id = candidates.find((_, i) => {
      const row = rows[i] ?? null;
      return row !== null && (!("pair" in row) || placeInPair(row, userId) !== null);
    });
    if (id === undefined) return null;
    const loaded = await this.load(id);
    if (loaded?.members.has(userId)) return loaded;
    // What is in memory waits for an event that the store already has.
    this.#forget(id);
    const again = await this.load(id);
    return again?.members.has(userId) ? again : null;
  }

  /** {@link find} by a conversation's own id only; `not_found` instead of null. */
  async requireMember(userId: string, id: string, what: string): Promise<Roster> {
    const roster = isConversationId(id) ? await this.find(userId, id) : null;
    if (!roster || roster.id !== id) throw noConversation(what);
    return roster;
  }

  /** Ids of the conversations of somebody. */
  listIds(userId: string): Promise<ReadonlySet<string>> {
    const known = this.#lists.get(userId);
    if (known) return Promise.resolve(known);
    let listing = this.#listing.get(userId);
    if (!listing) {
      const events: ChatEvent[] = [];
      const promise = this.#readIds(userId).then((ids) => {
        for (const event of events) change(ids, userId, event);
        if (this.#listing.get(userId)?.events === events) {
          this.#lists.set(userId, ids);
          if (this.#lists.size > KEPT_LISTS) dropFirst(this.#lists);
        }
        return ids;
      }).finally(() => {
        if (this.#listing.get(userId)?.events === events) this.#listing.delete(userId);
      });
      this.#listing.set(userId, listing = { promise, events });
    }
    return listing.promise;
  }

  /** The same as {@link listRosters}, out of memory; null where something must be read. */
  peekRosters(userId: string): Roster[] | null {
    const ids = this.#lists.get(userId);
    if (!ids) return null;
    const rosters: Roster[] = [];
    for (const id of ids) {
      const roster = this.#rosters.get(id);
      if (!roster) return null;
      if (roster.members.has(userId)) rosters.push(roster);
    }
    return rosters;
  }

  /** All conversations of somebody, in no order. */
  async listRosters(userId: string): Promise<Roster[]> {
    const ids = await this.listIds(userId);
    const missing = [...ids].filter((id) => !this.#rosters.has(id));
    const loaded = new Map<string, Roster>();
    // A few at a time, so that one person's many conversations don't crowd out the others.
    for (let i = 0; i < missing.length; i += 20) {
      const page = await Promise.all(missing.slice(i, i + 20).map((id) => this.load(id)));
      for (const roster of page) if (roster) loaded.set(roster.id, roster);
    }
    const rosters: Roster[] = [];
    for (const id of ids) {
      const roster = this.#rosters.get(id) ?? loaded.get(id);
      if (roster?.members.has(userId)) rosters.push(roster);
    }
    return rosters;
  }

  /** Takes an event of the journal in. */
  apply(event: ChatEvent): void {
    const id = conversationOf(event);
    this.#loading.get(id)?.events.push(event);
    const roster = this.#rosters.get(id);
    if (roster && revOf(event) > roster.rev) {
      this.#places -= roster.members.size;
      roster.apply(event);
      this.#places += roster.members.size;
    }
    if (event.type === "read" || event.type === "muted") return;
    if (event.type === "message" && !event.began) return;
    for (const [userId, { events }] of this.#listing) {
      if (concerns(event, userId)) events.push(event);
    }
    const userIds = event.type === "message" ? peopleOf(event) : event.userIds;
    for (const userId of userIds) {
      const ids = this.#lists.get(userId);
      if (ids) change(ids, userId, event);
    }
  }

  /** Events were lost: nothing in memory can be relied on. */
  drop(): void {
    this.#rosters.clear();
    this.#loading.clear();
    this.#lists.clear();
    this.#listing.clear();
    this.#places = 0;
  }

  #forget(id: string): void {
    const roster = this.#rosters.get(id);
    if (roster) this.#places -= roster.members.size;
    this.#rosters.delete(id);
  }

  #keep(roster: Roster): void {
    this.#rosters.set(roster.id, roster);
    this.#places += roster.members.size;
    for (const [id, { members }] of this.#rosters) {
      if (this.#places <= KEPT_PLACES || this.#rosters.size <= 1) break;
      this.#rosters.delete(id);
      this.#places -= members.size;
    }
  }

  async #read(id: string): Promise<Roster | null> {
    // The head first: what is read after it is as new or newer, and newer changes come as events
    // too, which are safe to take in twice.
    const [row] = await this.#rows.getRows<ConversationRowStored>([keys.conversation(id)]);
    if (!row) return null;
    const members = new Map<string, MemberRow>();
    const last = row.seq > 0
      ? this.#rows.getRows<MessageRow>([keys.message(id, row.seq)])
      : Promise.resolve([]);
    if (row.pair && row.places) {
      members.set(row.pair[0], row.places[0]).set(row.pair[1], row.places[1]);
    } else {
      const places = await this.#rows.list<MemberRow>(keys.members(id));
      for (const { part, value } of places) members.set(String(part), value);
    }
    return new Roster(id, row, members, (await last)[0] ?? null);
  }

  async #readIds(userId: string): Promise<Set<string>> {
    const ids = new Set<string>();
    const rows = this.#kv.list({ prefix: keys.conversationsOf(userId) }, {
      limit: CONVERSATIONS_MAX,
      batchSize: PAGE_ROWS,
    });
    for await (const { key } of rows) ids.add(String(key[2]));
    return ids;
  }
}

function peopleOf(event: Extract<ChatEvent, { type: "message" }>): string[] {
  const { senderId, receiverId } = event.frame.message;
  return receiverId === undefined ? [senderId] : [senderId, receiverId];
}

function concerns(event: ChatEvent, userId: string): boolean {
  if (event.type === "message") return peopleOf(event).includes(userId);
  return event.type === "members" && event.userIds.includes(userId);
}

function change(ids: Set<string>, userId: string, event: ChatEvent): void {
  if (!concerns(event, userId)) return;
  if (event.type === "members" && !event.joined) ids.delete(conversationOf(event));
  else ids.add(conversationOf(event));
}

function dropFirst(map: Map<string, unknown>): void {
  const first = map.keys().next().value;
  if (first !== undefined) map.delete(first);
}
