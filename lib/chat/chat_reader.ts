/** Reads messages and makes of them what the caller may see. Membership is checked before. */
import { keys } from "../kv/keys.ts";
import type { JournalRows } from "../kv/journal/types.ts";
import type { UserService } from "../identity/types.ts";
import type { Message } from "../shared/message_schema.ts";
import type { ConversationRow } from "../shared/protocol.ts";
import type { Person } from "../shared/user_schema.ts";
import type { MessageRow } from "./chat_rows.ts";
import { isoTime, partnerIn, toMessage, unknownPerson } from "./message_view.ts";
import type { Roster } from "./roster.ts";

/** What the chat domain asks about people. */
export type People = Pick<UserService, "getPerson" | "getPeople" | "peekPerson" | "exists">;

/** See the header of this module. */
export class ChatReader {
  readonly #rows: JournalRows;
  readonly #people: People;
  readonly #now: () => number;

  constructor(rows: JournalRows, people: People, now: () => number) {
    this.#rows = rows;
    this.#people = people;
    this.#now = now;
  }

  /** People by id; somebody whose account is gone is there too, under a name that says so. */
  async peopleById(userIds: Iterable<string>): Promise<Map<string, Person>> {
    const found = new Map<string, Person>();
    const missing: string[] = [];
    for (const id of new Set(userIds)) {
      const person = this.#people.peekPerson(id);
      if (person) found.set(id, person);
      else missing.push(id);
    }
    if (missing.length > 0) {
      for (const person of await this.#people.getPeople(missing)) found.set(person.id, person);
      for (const id of missing) if (!found.has(id)) found.set(id, unknownPerson(id));
    }
    return found;
  }

  /** The messages from `from` to `to`, both included, ascending: one read whatever is stored (R9). */
  async messages(
    roster: Roster,
    from: number,
    to: number,
  ): Promise<{ message: Message; rev: number }[]> {
    if (to < from) return [];
    const rows = await this.#rows.list<MessageRow>(keys.messages(roster.id), { from, to });
    const people = await this.peopleById(rows.map(({ value }) => value.senderId));
    return rows.map(({ part, value }) => ({
      message: this.#view(roster, Number(part), value, people),
      rev: value.rev,
    }));
  }

  /** The conversations as `userId` sees them, in the order given. */
  async conversations(userId: string, rosters: readonly Roster[]): Promise<ConversationRow[]> {
    // Taken before anything is awaited, so that what belongs together stays together.
    const rows = rosters.map((roster) => ({ roster, ...headOf(roster) }));
    const wanted: string[] = [];
    for (const { roster: { pair }, last } of rows) {
      if (pair) wanted.push(partnerIn(pair, userId));
      if (last) wanted.push(last.senderId);
    }
    const people = await this.peopleById(wanted);
    const now = this.#now();
    return rows.map(({ roster, last, seq, rev }) => {
      const place = roster.members.get(userId);
      const readSeq = Math.min(place?.readSeq ?? seq, seq);
      const mutedUntil = place?.mutedUntil ?? 0;
      return {
        id: roster.id,
        kind: roster.kind,
        ...(roster.pair
          ? { partner: people.get(partnerIn(roster.pair, userId))! }
          : { room: roomOf(roster) }),
        lastMessage: last ? this.#view(roster, seq, last, people) : null,
        unreadCount: seq - readSeq,
        seq,
        readSeq,
        muted: mutedUntil > now,
        ...(mutedUntil > now ? { mutedUntil: new Date(mutedUntil).toISOString() } : {}),
        rev,
      };
    });
  }

  #view(roster: Roster, seq: number, row: MessageRow, people: Map<string, Person>): Message {
    return toMessage(row, {
      conversationId: roster.id,
      pair: roster.pair,
      seq,
      sender: people.get(row.senderId) ?? unknownPerson(row.senderId),
      readUpTo: roster.readUpTo,
    });
  }
}

function headOf({ last, seq, rev }: Roster) {
  return { last, seq, rev };
}

/** A room's public form. */
export function roomOf(roster: Roster) {
  return {
    id: roster.id,
    name: roster.name ?? "",
    memberCount: roster.members.size,
    createdAt: isoTime(roster.createdAt),
  };
}
