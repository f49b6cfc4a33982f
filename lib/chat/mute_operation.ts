/** The write that mutes a conversation for somebody, as one operation of the journal. */
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import type { MutedEvent } from "./chat_events.ts";
import { noConversation } from "./chat_policy.ts";
import { getPlace, placeKeys, setPlace } from "./places.ts";

/** No pushes of the conversation before `until` (ms) for `userId`; null: pushes again. */
export function muteOperation(
  userId: string,
  conversationId: string,
  until: number | null,
): JournalOperation<void> {
  return {
    shard: shardOf(conversationId),
    reads: placeKeys(conversationId, userId),
    apply(view) {
      const placed = getPlace(view, conversationId, userId);
      if (!placed) throw noConversation("mute");
      const { conversation, place } = placed;
      if (place.mutedUntil === until) return;
      const rev = conversation.rev + 1;
      setPlace(view, conversationId, userId, {
        conversation: { ...conversation, rev },
        place: { ...place, mutedUntil: until },
      });
      const event: MutedEvent = { type: "muted", conversationId, userId, until, rev };
      view.emit(event);
    },
  };
}
