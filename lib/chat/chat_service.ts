/** Sending, reading and listing: the service that routes and sockets call alike. */
import type { Clock } from "../shared/clock.ts";
import { HISTORY_PAGE_MAX } from "../shared/limits.ts";
import type { Person } from "../shared/user_schema.ts";
import type { Journal } from "../kv/journal/types.ts";
import { directIdOf, isConversationId } from "./chat_ids.ts";
import { noConversation, noReceiver, requireOther } from "./chat_policy.ts";
import type { ChatReader, People } from "./chat_reader.ts";
import { comparePlaces, decodeCursor, encodeCursor } from "./cursor.ts";
import type { Directory } from "./directory.ts";
import { pageEnds, rangeOf } from "./history.ts";
import { missed } from "./missed.ts";
import { partnerIn } from "./message_view.ts";
import { muteOperation } from "./mute_operation.ts";
import { readOperation } from "./read_mark.ts";
import type { MessagePushRows } from "./message_push_rows.ts";
import { sendOperation } from "./send_message.ts";
import type { ChatService, SendInput, Sent } from "./types.ts";

/** What {@link createChatService} needs. */
export interface ChatServiceOptions {
  journal: Journal;
  clock: Clock;
  users: People;
  directory: Directory;
  reader: ChatReader;
  pushes: MessagePushRows | null;
}

/** Direct conversations that are remembered to exist. */
const BEGUN_MAX = 50_000;

/** Who writes where. */
interface Target {
  sender: Person;
  conversationId: string;
}

/** See {@link ChatService}. */
export function createChatService(options: ChatServiceOptions): ChatService {
  const { journal, clock, users, directory, reader, pushes } = options;
  /**
   * Sends under way, by sender and clientId. Conversations of different shards are fenced by
   * different heads; one after another here, a second one finds the first.
   */
  const underWay = new Map<string, Promise<unknown>>();

  /** Direct conversations that exist for sure. */
  const begun = new Set<string>();
  /** Sends of one person stay in order: those that need no waiting wait for those that do. */
  const preparing = new Map<string, Promise<Target>>();

  /** Where to write to, if that is known without asking the store. */
  function prepareNow(senderId: string, { conversationId, receiverId }: SendInput): Target | null {
    const sender = users.peekPerson(senderId);
    if (conversationId !== undefined) {
      if (!isConversationId(conversationId)) throw noConversation("send");
      return sender && { sender, conversationId };
    }
    if (receiverId === undefined) throw noConversation("send");
    requireOther(senderId, receiverId);
    const id = directIdOf(senderId, receiverId);
    return sender && begun.has(id) ? { sender, conversationId: id } : null;
  }

  /** The same; `not_found` where there is nobody on the other side. */
  async function prepare(senderId: string, input: SendInput): Promise<Target> {
    const [sender, receiverExists] = await Promise.all([
      users.getPerson(senderId),
      input.receiverId === undefined ? true : users.exists(input.receiverId),
    ]);
    if (!receiverExists) throw noReceiver();
    if (!sender) throw noConversation("send");
    const { conversationId = directIdOf(senderId, input.receiverId ?? "") } = input;
    return { sender, conversationId };
  }

  async function inTurn(senderId: string, input: SendInput): Promise<Target> {
    const before = preparing.get(senderId)?.catch(() => {});
    const turn = before ? before.then(() => prepare(senderId, input)) : prepare(senderId, input);
    preparing.set(senderId, turn);
    try {
      return await turn;
    } finally {
      if (preparing.get(senderId) === turn) preparing.delete(senderId);
    }
  }

  async function sendOnce(senderId: string, input: SendInput, clientId: string): Promise<Sent> {
    const known = prepareNow(senderId, input);
    const { sender, conversationId } = known && !preparing.has(senderId)
      ? known
      : await inTurn(senderId, input);
    const sent = await journal.commit(sendOperation({
      sender,
      conversationId,
      receiverId: input.receiverId,
      content: input.content,
      clientId,
      replyTo: input.replyTo,
      now: clock.now(),
      pushRow: () => pushes?.rowFor(conversationId, clock.now()) ?? null,
    }));
    if (sent.kind === "created") {
      if (sent.pushDueAt !== null) pushes?.written(conversationId, sent.pushDueAt);
      if (input.receiverId !== undefined && !begun.has(conversationId)) {
        if (begun.size >= BEGUN_MAX) begun.clear();
        begun.add(conversationId);
      }
      return { message: sent.message, json: sent.json, created: true };
    }
    const roster = await directory.load(sent.conversationId);
    const [original] = roster ? await reader.messages(roster, sent.seq, sent.seq) : [];
    if (!original) throw noConversation("send");
    return { message: original.message, json: JSON.stringify(original.message), created: false };
  }

  /** Somebody with whom no conversation exists yet: nothing to read, and no error. */
  async function requireStranger(userId: string, partnerId: string, what: string): Promise<void> {
    if (partnerId === userId || !await users.exists(partnerId)) throw noConversation(what);
  }

  return {
    async send(senderId, input) {
      const clientId = input.clientId ?? crypto.randomUUID();
      const key = `${senderId} ${clientId}`;
      for (;;) {
        const before = underWay.get(key);
        if (!before) break;
        await before.catch(() => {});
      }
      const work = sendOnce(senderId, input, clientId);
      underWay.set(key, work);
      try {
        return await work;
      } finally {
        if (underWay.get(key) === work) underWay.delete(key);
      }
    },

    async listConversations(userId, { limit, after }) {
      const start = after === undefined ? null : decodeCursor(after);
      const places = (await directory.listRosters(userId))
        .map((roster) => ({ at: roster.lastAt, id: roster.id, roster }))
        .sort(comparePlaces);
      const rest = start ? places.filter((place) => comparePlaces(place, start) > 0) : places;
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        conversations: await reader.conversations(userId, page.map(({ roster }) => roster)),
        after: last && rest.length > page.length ? encodeCursor(last) : null,
      };
    },

    async getConversation(userId, idOrPartner) {
      const roster = await directory.find(userId, idOrPartner);
      if (!roster) return null;
      const [row] = await reader.conversations(userId, [roster]);
      return row ?? null;
    },

    async history(userId, idOrPartner, page) {
      const roster = await directory.find(userId, idOrPartner);
      if (!roster) {
        await requireStranger(userId, idOrPartner, "read conversation");
        return { messages: [], before: null, after: null };
      }
      const head = roster.seq;
      const range = rangeOf({ ...page, limit: Math.min(page.limit, HISTORY_PAGE_MAX) }, head);
      const rows = await reader.messages(roster, range.from, range.to);
      return { messages: rows.map(({ message }) => message), ...pageEnds(range, head) };
    },

    async markRead(userId, idOrPartner, upTo) {
      const roster = await directory.find(userId, idOrPartner);
      if (roster) return await journal.commit(readOperation(userId, roster.id, upTo));
      await requireStranger(userId, idOrPartner, "mark as read");
      return { readSeq: 0, unreadCount: 0, moved: false };
    },

    async mutes(userId) {
      return (await directory.listRosters(userId)).flatMap(({ id, members }) => {
        const until = members.get(userId)?.mutedUntil ?? 0;
        return until > clock.now() ? [{ conversationId: id, until }] : [];
      });
    },

    async setMuted(userId, conversationId, until) {
      if (!isConversationId(conversationId)) throw noConversation("mute");
      await journal.commit(muteOperation(userId, conversationId, until));
    },

    missed: (userId, known) => missed(userId, known, directory, reader),

    async membersFor(userId, conversationId) {
      if (!isConversationId(conversationId)) return null;
      const roster = await directory.find(userId, conversationId);
      return roster?.id === conversationId ? [...roster.members.keys()] : null;
    },

    async contactsOf(userId, limit) {
      const contacts = new Set<string>();
      for (const { pair, members } of await directory.listRosters(userId)) {
        if (pair) contacts.add(partnerIn(pair, userId));
        else for (const id of members.keys()) contacts.add(id);
        contacts.delete(userId);
        if (contacts.size >= limit) break;
      }
      return [...contacts].slice(0, limit);
    },
  };
}
