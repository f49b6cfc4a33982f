/** The write that makes a message, as one operation of the journal. */
import { keys } from "../kv/keys.ts";
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import { AppError } from "../shared/errors.ts";
import type { Message } from "../shared/message_schema.ts";
import type { Person } from "../shared/user_schema.ts";
import type { MessageEvent, MessageLocal } from "./chat_events.ts";
import { pairOf, parseMessageId } from "./chat_ids.ts";
import { noConversation } from "./chat_policy.ts";
import type { ConversationRowStored, MemberRow, MessageRow, SentRow } from "./chat_rows.ts";
import { toMessage } from "./message_view.ts";

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
  /** The row of the conversation's push; many messages of one time share one row. */
  pushRow: { key: Deno.KvKey; value: unknown };
}

/** A new message with its JSON, or where the one is that the clientId made before (R3). */
export type Sent =
  | { kind: "created"; message: Message; json: string }
  | ({ kind: "known" } & SentRow);

/** The operation for a draft. Refuses with `not_found` where the sender is not a member (R8). */
export function sendOperation(draft: Draft): JournalOperation<Sent> {
  const { sender, conversationId, receiverId, clientId, now } = draft;
  const sentKey = keys.sent(sender.id, clientId);
  const conversationKey = keys.conversation(conversationId);
  const memberKey = keys.member(conversationId, sender.id);
  const place = { role: "member", joinedAt: now, mutedUntil: null } as const;
  return {
    shard: shardOf(conversationId),
    reads: [conversationKey, memberKey],
    absent: [sentKey],
    apply(view) {
      const sent = view.get<SentRow>(sentKey);
      if (sent) return { kind: "known", ...sent };
      let conversation = view.get<ConversationRowStored>(conversationKey);
      let member = view.get<MemberRow>(memberKey);
      const began = conversation === null && receiverId !== undefined;
      if (began) {
        conversation = directRow(pairOf(sender.id, receiverId), now);
        member = { ...place, readSeq: 0, readRev: 0 };
        const other: MemberRow = { ...place, readSeq: 0, readRev: 0 };
        view.set(keys.member(conversationId, receiverId), other);
        for (const userId of conversation.pair!) {
          view.set(keys.conversationOf(userId, conversationId), { kind: "direct" });
        }
      }
      if (!conversation || !member) throw noConversation("send");

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
      view.set(conversationKey, { ...conversation, seq, rev, lastAt: row.at });
      view.set(memberKey, { ...member, readSeq: seq, readRev: rev });
      view.set(keys.message(conversationId, seq), row);
      view.set(sentKey, { conversationId, seq } satisfies SentRow);
      view.set(draft.pushRow.key, draft.pushRow.value);

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
        caughtUp: member.readSeq < conversation.seq,
      };
      // Serialised once: for the log, the sockets of all members, and the answer.
      const json = JSON.stringify(message);
      const frameJson = `{"type":"message","message":${json},"rev":${rev}}`;
      view.emit(
        event,
        { frameJson } satisfies MessageLocal,
        `{"type":"message","frame":${frameJson},"began":${event.began},"caughtUp":${event.caughtUp}}`,
      );
      return { kind: "created", message, json };
    },
  };
}

function directRow(pair: readonly [string, string], now: number): ConversationRowStored {
  return {
    kind: "direct",
    seq: 0,
    rev: 0,
    createdAt: now,
    lastAt: now,
    name: null,
    pair,
    memberCount: 2,
  };
}

function seqOfReply({ replyTo, conversationId }: Draft, next: number): number | null {
  if (replyTo === undefined) return null;
  const place = parseMessageId(replyTo);
  if (place?.conversationId === conversationId && place.seq < next) return place.seq;
  throw new AppError("invalid", "Cannot send: replyTo names no message of this conversation", {
    issues: [{ path: "replyTo", message: "must be a message of this conversation" }],
  });
}
