/** Pushes for messages: one for each conversation, made when it is due out of what is unread then. */
import type { Clock } from "../shared/clock.ts";
import type { PushContent, PushJob, PushRecipients, PushSource } from "../push/types.ts";
import type { ChatReader } from "./chat_reader.ts";
import type { Directory } from "./directory.ts";
import type { Roster } from "./roster.ts";

/** People of one page. */
const PAGE = 100;
/** Characters of a message that a push shows. */
const BODY_MAX = 200;

/** What {@link createMessagePush} needs. */
export interface MessagePushOptions {
  clock: Clock;
  directory: Directory;
  reader: ChatReader;
  /** True when a window of this person can be seen right now. */
  isVisible(userId: string): boolean;
}

/** The tag of a conversation's push: a newer one replaces an older one (P22). */
export function pushTag(conversationId: string): string {
  return `message:${conversationId}`;
}

/** The source named "message". */
export function createMessagePush(options: MessagePushOptions): PushSource {
  const { clock, directory, reader, isVisible } = options;

  async function contentsFor(roster: Roster): Promise<(userId: string) => PushContent | null> {
    const { last, seq } = roster;
    if (!last || last.deletedAt !== null) return () => null;
    const sender = (await reader.peopleById([last.senderId])).get(last.senderId);
    const name = sender?.name ?? "";
    const text = last.content.length > BODY_MAX
      ? `${last.content.slice(0, BODY_MAX - 1)}…`
      : last.content;
    return (userId) => {
      const place = roster.members.get(userId);
      if (!place || place.readSeq >= seq || last.senderId === userId) return null;
      return {
        title: roster.kind === "room" ? roster.name ?? "" : name,
        body: roster.kind === "room" ? `${name}: ${text}` : text,
        navigate: `/chat/${roster.id}`,
        tag: pushTag(roster.id),
        urgency: "high",
        timestamp: last.at,
        badge: seq - place.readSeq,
        dismiss: `/api/messages/read/${roster.id}`,
        // Delivered at once, and still no reason to wake anybody at night.
        subject: { category: "message", isUrgent: false },
      };
    };
  }

  return {
    async recipients(job, cursor, only): Promise<PushRecipients> {
      const none: PushRecipients = { recipients: [], suppressed: [], next: null };
      const id = conversationIdOf(job);
      const roster = id === null ? null : await directory.load(id);
      if (!roster) return none;
      const contentFor = await contentsFor(roster);
      const all = only === undefined ? [...roster.members.keys()].sort() : [only];
      const from = cursor === null ? 0 : all.findIndex((userId) => userId > cursor);
      if (from < 0) return none;
      const page = all.slice(from, from + PAGE);
      const result: PushRecipients = {
        recipients: [],
        suppressed: [],
        next: from + PAGE < all.length ? page.at(-1) ?? null : null,
      };
      for (const userId of page) {
        const content = contentFor(userId);
        if (!content) continue;
        if ((roster.members.get(userId)?.mutedUntil ?? 0) > clock.now()) {
          result.suppressed.push({ userId, reason: "the conversation is muted" });
        } else if (isVisible(userId)) {
          result.suppressed.push({ userId, reason: "a visible window has shown it" });
        } else result.recipients.push({ userId, content });
      }
      return result;
    },

    async readTags(userId, tags) {
      const read: string[] = [];
      for (const tag of tags) {
        if (!tag.startsWith(pushTag(""))) continue;
        const roster = await directory.find(userId, tag.slice(pushTag("").length));
        const place = roster?.members.get(userId);
        if (!roster || !place || place.readSeq >= roster.seq) read.push(tag);
      }
      return read;
    },

    async unread(userId) {
      let count = 0;
      for (const roster of await directory.listRosters(userId)) {
        const place = roster.members.get(userId);
        // As in the title and badge of a page: what is muted is not news.
        if (!place || (place.mutedUntil ?? 0) > clock.now()) continue;
        count += roster.seq - place.readSeq;
      }
      return count;
    },
  };
}

function conversationIdOf(job: PushJob): string | null {
  const reference = job.reference as { conversationId?: unknown } | null;
  return typeof reference?.conversationId === "string" ? reference.conversationId : null;
}
