/**
 * What must be true when everything has come to rest, whatever happened before. It looks from
 * outside, by REST and at the screens:
 *
 * - the log of each conversation is 1..head, and the same for each of its members (R2);
 * - ids are unique, and one (sender, clientId) made one message (R3);
 * - whatever was acknowledged is in the log as it was acknowledged (R1), whatever was written is
 *   there once, and each device's own messages stand in the order in which they were written;
 * - each device has shown 1..head, shows each message once and in order, and waits for none (R4, R5);
 * - unread counts are what a recount of the log behind the read mark gives, on the server and on
 *   each device, and no mark is behind what somebody has read (R6, R7);
 * - each notification is in the bell of each of its recipients once, and counts are a recount.
 */
import assert from "node:assert/strict";
import type { Conversation, Message } from "../../../lib/shared/message_schema.ts";
import type { Notification } from "../../../lib/shared/notification_schema.ts";
import { type Device, lookAt, type Target } from "./device.ts";
import type { Ledger, Said } from "./ledger.ts";
import type { Rest } from "./rest.ts";

/** Somebody, asking one of the servers. */
export interface Witness {
  id: string;
  rest: Pick<Rest, "ask" | "all">;
}

/** What is judged. */
export interface Evidence {
  people: readonly Witness[];
  devices: readonly Device[];
  ledger: Ledger;
  /** How long servers and screens may take to agree; a minute unless it is said. */
  patienceMs?: number;
}

/** What was found to be there. */
export interface Verdict {
  conversations: number;
  messages: number;
  notifications: number;
}

/** Screens come to rest a moment after the servers do. */
const REST_MS = 60_000;

/** Judges. Throws an assertion error that says what is wrong. */
export async function judge(
  { people, devices, ledger, patienceMs = REST_MS }: Evidence,
): Promise<Verdict> {
  assert.deepEqual(ledger.problems, []);
  // Another server may hear of the last message a moment later.
  let logs = new Map<string, Message[]>();
  await settled(async () => {
    try {
      logs = await readLogs(people);
      return null;
    } catch (error) {
      if (error instanceof assert.AssertionError) return error.message;
      throw error;
    }
  }, patienceMs);
  judgeLogs(logs, ledger);
  const seen = new Map<string, SeenBy>();
  for (const person of people) {
    const places = await readPlaces(person, logs, ledger, patienceMs);
    assert.deepEqual(places, seen.get(person.id) ?? places, `servers differ over ${person.id}`);
    seen.set(person.id, places);
  }
  for (const device of devices) await judgeDevice(device, seen.get(device.personId)!, logs);
  const bells = new Map<string, BellState>();
  for (const person of people) {
    const bell = await judgeBell(person, ledger);
    assert.deepEqual(bell, bells.get(person.id) ?? bell, `servers differ over ${person.id}`);
    bells.set(person.id, bell);
  }
  for (const device of devices) await judgeDeviceBell(device, bells.get(device.personId)!);
  assert.deepEqual(ledger.problems, []);
  const count = (lists: Iterable<readonly unknown[]>) =>
    [...lists].reduce((sum, { length }) => sum + length, 0);
  return {
    conversations: logs.size,
    messages: count(logs.values()),
    notifications: count([...bells.values()].map(({ all }) => all)),
  };
}

/** The log of each conversation, as each member reads it. */
async function readLogs(people: readonly Witness[]): Promise<Map<string, Message[]>> {
  const logs = new Map<string, Message[]>();
  for (const { id: personId, rest } of people) {
    const rows = await rest.all<Conversation>("messages/conversations?limit=100", "after");
    for (const { id, seq } of rows) {
      const log = await rest.all<Message>(
        `messages/conversation/${id}?limit=200`,
        "after",
        "0",
      );
      assert.equal(log.length, seq, `${personId} is told of ${seq} messages in ${id}`);
      const other = logs.get(id);
      if (other) {
        // `read` and the sender's picture are as of now; the rest is for ever.
        const outline = (all: Message[]) => all.map(({ seq, id, content }) => [seq, id, content]);
        assert.deepEqual(outline(log), outline(other), `${personId} reads another log of ${id}`);
      } else logs.set(id, log);
    }
  }
  return logs;
}

function judgeLogs(logs: ReadonlyMap<string, Message[]>, ledger: Ledger): void {
  const ids = new Map<string, Message>();
  const origins = new Map<string, Message>();
  const times = new Map<string, number>();
  for (const [id, log] of logs) {
    let before = "";
    log.forEach((message, i) => {
      assert.equal(message.seq, i + 1, `R2 the log of ${id} has a gap or a repeat`);
      assert.ok(message.createdAt >= before, `R2 the times of ${id} go back at ${message.seq}`);
      before = message.createdAt;
      assert.ok(!ids.has(message.id), `${message.id} is there twice`);
      ids.set(message.id, message);
      const origin = `${message.senderId} ${message.clientId}`;
      assert.ok(!origins.has(origin), `R3 ${origin} made two messages`);
      origins.set(origin, message);
      times.set(message.content, (times.get(message.content) ?? 0) + 1);
    });
  }
  for (const [origin, { message }] of ledger.acks) {
    const stored = origins.get(origin);
    assert.ok(stored, `R1 ${origin} was acknowledged and is lost`);
    assert.deepEqual(
      [stored.id, stored.seq, stored.conversationId, stored.content],
      [message.id, message.seq, message.conversationId, message.content],
      `R1 ${origin} is not what was acknowledged`,
    );
  }
  for (const { content } of ledger.sayings) {
    assert.equal(times.get(content) ?? 0, 1, `"${content}" is there ${times.get(content)} times`);
    times.delete(content);
  }
  assert.deepEqual([...times.keys()], [], "the log holds what nobody wrote, or what was refused");
  judgeOrder(logs, ledger.sayings);
}

/** What one device wrote in one conversation stands there in that order. */
function judgeOrder(logs: ReadonlyMap<string, Message[]>, sayings: readonly Said[]): void {
  const places = new Map<string, { id: string; seq: number }>();
  for (const [id, log] of logs) {
    for (const { content, seq } of log) places.set(content, { id, seq });
  }
  const last = new Map<string, number>();
  for (const { device, content, ordered } of sayings) {
    const place = places.get(content);
    if (!ordered || !place) continue;
    const key = `${device} in ${place.id}`;
    const before = last.get(key) ?? 0;
    assert.ok(place.seq > before, `${key}: "${content}" is ${place.seq}, behind one at ${before}`);
    last.set(key, place.seq);
  }
}

/** A conversation as one person has it. */
interface Place {
  id: string;
  targetId: string;
  seq: number;
  readSeq: number;
  unreadCount: number;
}
type SeenBy = ReadonlyMap<string, Place>;

/** R6: counts against a recount. By the id of the partner or the room. */
async function readPlaces(
  { id: personId, rest }: Witness,
  logs: ReadonlyMap<string, Message[]>,
  ledger: Ledger,
  patienceMs: number,
): Promise<SeenBy> {
  // A device tells a mark at most twice a second, so the last one may still be on its way.
  let places: Place[] = [];
  await settled(async () => {
    const rows = await rest.all<Conversation>("messages/conversations?limit=100", "after");
    places = rows.map(({ id, partner, seq, readSeq, unreadCount }) => {
      return { id, targetId: partner?.id ?? id, seq, readSeq, unreadCount };
    });
    for (const { id, targetId, readSeq } of places) {
      const meant = ledger.markOf(personId, targetId);
      if (readSeq < meant) {
        return `R7 ${personId} has read ${meant} of ${id}, the mark is ${readSeq}`;
      }
    }
    return null;
  }, patienceMs);
  for (const { id, readSeq, unreadCount } of places) {
    const log = logs.get(id) ?? [];
    const unread = log.filter(({ seq }) => seq > readSeq);
    assert.equal(unreadCount, unread.length, `R6 ${personId} has another count of ${id}`);
    const own = unread.find(({ senderId }) => senderId === personId);
    assert.equal(own, undefined, `sending is reading: ${personId} in ${id}`);
  }
  return new Map(places.map((place) => [place.targetId, place]));
}

/** R4, R5, R6 on the screen. */
async function judgeDevice(
  device: Device,
  seen: SeenBy,
  logs: ReadonlyMap<string, Message[]>,
): Promise<void> {
  for (const target of device.targets) {
    const place = seen.get(target.id);
    if (!place) continue;
    const log = logs.get(place.id) ?? [];
    await judgeScreen(device, target, place, log);
  }
  assert.equal(device.model.chat.unsentCount.peek(), 0, `${device.name} has unsent messages`);
}

async function judgeScreen(
  device: Device,
  target: Target,
  place: Place,
  log: readonly Message[],
): Promise<void> {
  const conversation = device.conversation(target);
  const shown = () => device.shown.get(place.id) ?? new Map<number, string>();
  await settled(() => {
    const views = conversation.messages.peek();
    const row = conversation.row.peek();
    const end = views.at(-1)?.message.seq ?? 0;
    if (end !== log.length) return `${device.name} shows ${place.id} up to ${end} of ${log.length}`;
    if (row.readSeq !== place.readSeq || row.unreadCount !== place.unreadCount) {
      return `R7 ${device.name} has ${row.unreadCount} unread of ${place.id} behind ` +
        `${row.readSeq}, the server ${place.unreadCount} behind ${place.readSeq}`;
    }
    if (shown().size === log.length) return null;
    // What was skipped by a reset is further up.
    conversation.loadOlder();
    return `${device.name} has shown ${shown().size} of ${log.length} in ${place.id}`;
  });
  assert.equal(lookAt(conversation.messages.peek()), null);
  for (const { seq, id } of log) {
    assert.equal(shown().get(seq), id, `R4 ${device.name} showed something else at ${seq}`);
  }
  conversation.jumpToEnd();
}

/** A bell, as REST tells it. */
interface BellState {
  all: Notification[];
  unreadCount: number;
  unseenCount: number;
}

async function judgeBell({ id, rest }: Witness, ledger: Ledger): Promise<BellState> {
  const all = await rest.all<Notification>("notifications?filter=all&limit=100", "before");
  const archived = await rest.all<Notification>(
    "notifications?filter=archived&limit=100",
    "before",
  );
  const { json: { unreadCount, unseenCount } } = await rest.ask("GET", "notifications?limit=1");
  for (const list of [all, archived]) {
    list.forEach(({ seq }, i) => {
      assert.ok(i === 0 || seq < list[i - 1]!.seq, `the bell of ${id} is not in order at ${seq}`);
    });
  }
  const every = [...all, ...archived];
  assert.equal(new Set(every.map((n) => n.id)).size, every.length, `${id} has one twice`);
  const recount = (key: "readAt" | "seenAt") => every.filter((n) => n[key] === null).length;
  assert.equal(unreadCount, recount("readAt"), `R6 unread notifications of ${id}`);
  assert.equal(unseenCount, recount("seenAt"), `R6 unseen notifications of ${id}`);
  const titles = every.map(({ title }) => title).sort();
  const wanted = ledger.notices.filter(({ recipients }) => recipients.includes(id))
    .map(({ title }) => title).sort();
  assert.deepEqual(titles, wanted, `R3 R4 the notifications of ${id}`);
  return { all, unreadCount, unseenCount };
}

async function judgeDeviceBell(device: Device, bell: BellState): Promise<void> {
  await settled(() => {
    const { items, counts } = device.model.notifications;
    const { unreadCount, unseenCount } = counts.peek();
    if (unreadCount !== bell.unreadCount || unseenCount !== bell.unseenCount) {
      return `R6 ${device.name} counts ${unreadCount} unread and ${unseenCount} unseen, the ` +
        `server ${bell.unreadCount} and ${bell.unseenCount}`;
    }
    const state = ({ id, readAt }: Notification) => `${id}${readAt === null ? "" : " read"}`;
    const here = items.peek().map(state);
    const there = bell.all.map(state);
    const differs = here.findIndex((one, i) => one !== there[i]);
    if (differs >= 0) {
      return `R7 the bell of ${device.name} has ${here[differs]} where ${there[differs]} is`;
    }
    const whole = Math.min(bell.all.length, 20);
    if (here.length < whole) return `R5 the bell of ${device.name} has ${here.length} of ${whole}`;
    return null;
  });
}

/** Waits until `look` finds nothing wrong; throws what it found last. */
export async function settled(
  look: () => string | null | Promise<string | null>,
  ms = REST_MS,
): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    const wrong = await look();
    if (wrong === null) return;
    assert.ok(performance.now() < end, wrong);
    await new Promise<void>((resolve) => setTimeout(resolve, 10));
  }
}
