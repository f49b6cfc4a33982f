/** The write that moves a read mark, as one operation of the journal. */
import { keys } from "../kv/keys.ts";
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import type { ReadEvent } from "./chat_events.ts";
import { noConversation } from "./chat_policy.ts";
import type { ConversationRowStored, MemberRow } from "./chat_rows.ts";
import type { MarkedRead } from "./types.ts";

/** Moves the mark of `userId` up to `upTo`, the newest message at most, and never back (R6). */
export function readOperation(
  userId: string,
  conversationId: string,
  upTo: number | undefined,
): JournalOperation<MarkedRead> {
  const conversationKey = keys.conversation(conversationId);
  const memberKey = keys.member(conversationId, userId);
  return {
    shard: shardOf(conversationId),
    reads: [conversationKey, memberKey],
    apply(view) {
      const conversation = view.get<ConversationRowStored>(conversationKey);
      const member = view.get<MemberRow>(memberKey);
      if (!conversation || !member) throw noConversation("mark as read");
      const { seq } = conversation;
      const readSeq = Math.min(upTo ?? seq, seq);
      if (readSeq <= member.readSeq) {
        return { readSeq: member.readSeq, unreadCount: seq - member.readSeq, moved: false };
      }
      const rev = conversation.rev + 1;
      view.set(conversationKey, { ...conversation, rev });
      view.set(memberKey, { ...member, readSeq, readRev: rev });
      const event: ReadEvent = { type: "read", conversationId, userId, upTo: readSeq, rev, seq };
      view.emit(event);
      return { readSeq, unreadCount: seq - readSeq, moved: true };
    },
  };
}
