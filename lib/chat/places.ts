/** Where somebody's place in a conversation is stored, for operations of the journal. */
import { keys } from "../kv/keys.ts";
import type { JournalView } from "../kv/journal/types.ts";
import { isDirectId } from "./chat_ids.ts";
import type { ConversationRowStored, MemberRow } from "./chat_rows.ts";

/** The rows that tell whether there is such a conversation and whether somebody is in it. */
export function placeKeys(conversationId: string, userId: string): Deno.KvKey[] {
  const conversation = keys.conversation(conversationId);
  return isDirectId(conversationId)
    ? [conversation]
    : [conversation, keys.member(conversationId, userId)];
}

/** A conversation with somebody's place in it. */
export interface Placed {
  conversation: ConversationRowStored;
  place: MemberRow;
}

/** Reads {@link placeKeys}; null when there is no such conversation, or not for `userId`. */
export function getPlace(view: JournalView, id: string, userId: string): Placed | null {
  const conversation = view.get<ConversationRowStored>(keys.conversation(id));
  if (!conversation) return null;
  const place = conversation.pair
    ? placeInPair(conversation, userId)
    : view.get<MemberRow>(keys.member(id, userId));
  return place ? { conversation, place } : null;
}

/** The place of one of the two; null for anybody else. */
export function placeInPair(row: ConversationRowStored, userId: string): MemberRow | null {
  const index = row.pair?.indexOf(userId) ?? -1;
  return row.places?.[index] ?? null;
}

/** Writes both back. */
export function setPlace(
  view: JournalView,
  id: string,
  userId: string,
  { conversation, place }: Placed,
): void {
  const { pair, places } = conversation;
  if (!pair || !places) {
    view.set(keys.conversation(id), conversation);
    view.set(keys.member(id, userId), place);
    return;
  }
  const changed: [MemberRow, MemberRow] = pair[0] === userId
    ? [place, places[1]]
    : [places[0], place];
  view.set(keys.conversation(id), { ...conversation, places: changed });
}
