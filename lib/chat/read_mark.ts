/** The write that moves a read mark, as one operation of the journal. */
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import type { ReadEvent } from "./chat_events.ts";
import { noConversation } from "./chat_policy.ts";
import { getPlace, placeKeys, setPlace } from "./places.ts";
import type { MarkedRead } from "./types.ts";

/** Moves the mark of `userId` up to `upTo`, the newest message at most, and never back (R6). */
export function readOperation(
  userId: string,
  conversationId: string,
  upTo: number | undefined,
): JournalOperation<MarkedRead> {
  return {
    shard: shardOf(conversationId),
    reads: placeKeys(conversationId, userId),
    apply(view) {
      const placed = getPlace(view, conversationId, userId);
      if (!placed) throw noConversation("mark as read");
      const { conversation, place } = placed;
      const { seq } = conversation;
      const readSeq = Math.min(upTo ?? seq, seq);
      if (readSeq <= place.readSeq) {
        return { readSeq: place.readSeq, unreadCount: seq - place.readSeq, moved: false };
      }
      const rev = conversation.rev + 1;
      setPlace(view, conversationId, userId, {
        conversation: { ...conversation, rev },
        place: { ...place, readSeq, readRev: rev },
      });
      const event: ReadEvent = { type: "read", conversationId, userId, upTo: readSeq, rev, seq };
      view.emit(event);
      return { readSeq, unreadCount: seq - readSeq, moved: true };
    },
  };
}
