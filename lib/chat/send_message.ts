/** The write that makes a message, as one operation of the journal. */
import { keys } from "../kv/keys.ts";
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation, JournalView } from "../kv/journal/types.ts";
import { AppError } from "../shared/errors.ts";
import type { Message } from "../shared/message_schema.ts";
import type { Person } from "../shared/user_schema.ts";
import type { MessageEvent, MessageLocal } from "./chat_events.ts";
import { pairOf, parseMessageId } from "./chat_ids.ts";
import { noConversation } from "./chat_policy.ts";
import type { ConversationRowStored, MemberRow, MessageRow, SentRow } from "./chat_rows.ts";
import type { PushRow } from "./message_push_rows.ts";
import { toMessage } from "./message_view.ts";
import { getPlace, type Placed, placeKeys, setPlace } from "./places.ts";

/** A message to be written. */
export interface Draft {
  sender: Person;
  conversationId: string;
  /** Where it is known: the direct conversation begins with this message if it must. */
  receiverId: string | undefined;
  content: string;
  clientId: string;
  replyTo: string | undefined;
  now: number;
  /**
   * The row of the conversation's push; null: one that is to come tells of this message, too. Asked
   * at each try of the commit, so that a job which a slow store has let pass is not relied on.
   */
  pushRow(): PushRow | null;
}

/** A new message with its JSON and when the push that it wrote is due, or where the one is that the clientId made before (R3). */
export type Sent =
  | { kind: "created"; message: Message; json: string; pushDueAt: number | null }
  | ({ kind: "known" } & SentRow);

/** The operation for a draft. Refuses with `not_found` where the sender is not a member (R8). */
export function sendOperation(draft: Draft): JournalOperation<Sent> {
  const { sender, conversationId, receiverId, clientId, now } = draft;
  const sentKey = keys.sent(sender.id, clientId);
  return {
    shard: shardOf(conversationId),
    reads: placeKeys(conversationId, sender.id),
    absent: [sentKey],
    apply(view) {
      const sent = view.get<SentRow>(sentKey);
      if (sent) return { kind: "known", ...sent };
      let placed = getPlace(view, conversationId, sender.id);
      const began = placed === null && receiverId !== undefined;
      if (began) placed = begin(view, conversationId, pairOf(sender.id, receiverId), now);
      if (!placed) throw noConversation("send");
      const { conversation, place } = placed;

      const seq = conversation.seq + 1;
      const rev = conversation.rev + 1;
      const row: MessageRow = {
        clientId,
        senderId: sender.id,
        content: draft.content,
        // A clock that was set back must not reorder the conversation.
        at: Math.max(now, conversation.lastAt),
        rev,
        replyTo: seqOfReply(draft, seq),
        editedAt: null,
        deletedAt: null,
        reactions: [],
      };
      setPlace(view, conversationId, sender.id, {
        conversation: { ...conversation, seq, rev, lastAt: row.at },
        place: { ...place, readSeq: seq, readRev: rev },
      });
      view.set(keys.message(conversationId, seq), row);
      view.set(sentKey, { conversationId, seq } satisfies SentRow);
      const pushRow = draft.pushRow();
      if (pushRow) view.set(pushRow.key, pushRow.value);

      const message = toMessage(row, {
        conversationId,
        pair: conversation.pair,
        seq,
        sender,
        readUpTo: conversation.memberCount > 1 ? 0 : seq,
      });
      const event: MessageEvent = {
        type: "message",
        frame: { type: "message", message, rev },
        began,
        caughtUp: place.readSeq < conversation.seq,
      };
      // Serialised once: for the log, the sockets of all members, and the answer.
      const json = JSON.stringify(message);
      const frameJson = `{"type":"message","message":${json},"rev":${rev}}`;
      view.emit(
        event,
        { frameJson } satisfies MessageLocal,
        `{"type":"message","frame":${frameJson},"began":${event.began},"caughtUp":${event.caughtUp}}`,
      );
      return { kind: "created", message, json, pushDueAt: pushRow?.dueAt ?? null };
    },
  };
}

/** The first message of two people makes their conversation. */
function begin(
  view: JournalView,
  conversationId: string,
  pair: readonly [string, string],
  now: number,
): Placed {
  for (const userId of pair) {
    view.set(keys.conversationOf(userId, conversationId), { kind: "direct" });
  }
  const place: MemberRow = {
    role: "member",
    readSeq: 0,
    readRev: 0,
    joinedAt: now,
    mutedUntil: null,
  };
  const conversation: ConversationRowStored = {
    kind: "direct",
    seq: 0,
    rev: 0,
    createdAt: now,
    lastAt: now,
    name: null,
    pair,
    places: [place, place],
    memberCount: 2,
  };
  return { conversation, place };
}

function seqOfReply({ replyTo, conversationId }: Draft, next: number): number | null {
  if (replyTo === undefined) return null;
  const place = parseMessageId(replyTo);
  if (place?.conversationId === conversationId && place.seq < next) return place.seq;
  throw new AppError("invalid", "Cannot send: replyTo names no message of this conversation", {
    issues: [{ path: "replyTo", message: "must be a message of this conversation" }],
  });
}
