/** A conversation in memory: its head, its members with their read marks, its newest message. */
import { type ChatEvent, revOf } from "./chat_events.ts";
import type { ConversationRowStored, MemberRow, MessageRow } from "./chat_rows.ts";
import { toRow } from "./message_view.ts";

/** See the header of this module. Changed by {@link Roster.apply} only. */
export class Roster {
  readonly id: string;
  readonly kind: "direct" | "room";
  readonly name: string | null;
  readonly pair: readonly [string, string] | null;
  readonly createdAt: number;
  readonly #members: Map<string, MemberRow>;
  #seq: number;
  #rev: number;
  #lastAt: number;
  #last: MessageRow | null;
  #readUpTo: number | null = null;

  constructor(
    id: string,
    row: ConversationRowStored,
    members: Map<string, MemberRow>,
    last: MessageRow | null,
  ) {
    this.id = id;
    this.kind = row.kind;
    this.name = row.name;
    this.pair = row.pair;
    this.createdAt = row.createdAt;
    this.#members = members;
    this.#seq = row.seq;
    this.#rev = row.rev;
    this.#lastAt = row.lastAt;
    this.#last = last;
  }

  get members(): ReadonlyMap<string, MemberRow> {
    return this.#members;
  }
  get seq(): number {
    return this.#seq;
  }
  get rev(): number {
    return this.#rev;
  }
  get lastAt(): number {
    return this.#lastAt;
  }
  get last(): MessageRow | null {
    return this.#last;
  }

  /** The lowest read mark: a message is read once this has reached it. */
  get readUpTo(): number {
    if (this.#readUpTo === null) {
      let lowest = this.#seq;
      for (const { readSeq } of this.#members.values()) if (readSeq < lowest) lowest = readSeq;
      this.#readUpTo = lowest;
    }
    return this.#readUpTo;
  }

  /** Takes an event in; one that was in what was loaded changes nothing. */
  apply(event: ChatEvent): void {
    const rev = revOf(event);
    if (rev <= this.#rev) return;
    this.#rev = rev;
    this.#readUpTo = null;
    switch (event.type) {
      case "message": {
        const { message } = event.frame;
        this.#seq = message.seq;
        this.#last = toRow(message, rev);
        this.#lastAt = this.#last.at;
        this.#mark(message.senderId, message.seq, rev);
        break;
      }
      case "read":
        this.#mark(event.userId, event.upTo, rev);
        break;
      case "muted": {
        const member = this.#members.get(event.userId);
        if (member) this.#members.set(event.userId, { ...member, mutedUntil: event.until });
        break;
      }
      case "members":
        for (const userId of event.userIds) {
          if (!event.joined) this.#members.delete(userId);
          else {
            this.#members.set(userId, {
              role: event.role,
              readSeq: event.readSeq,
              readRev: rev,
              joinedAt: event.at,
              mutedUntil: null,
            });
          }
        }
        break;
    }
  }

  #mark(userId: string, readSeq: number, readRev: number): void {
    const member = this.#members.get(userId);
    if (member && member.readSeq < readSeq) {
      this.#members.set(userId, { ...member, readSeq, readRev });
    }
  }
}
