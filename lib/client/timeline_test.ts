import assert from "node:assert/strict";
import fc from "fast-check";
import type { Message } from "../shared/message_schema.ts";
import {
  append,
  changeMessage,
  emptyTimeline,
  endOf,
  gapOf,
  insert,
  newer,
  prepend,
  react,
  type Timeline,
  timelineOf,
  WINDOW_MAX,
} from "./timeline.ts";

const sender = { id: "ann", name: "Ann", avatar: null };
function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `c.${seq}`,
    clientId: `k${seq}`,
    conversationId: "c",
    seq,
    senderId: sender.id,
    content: `text ${seq}`,
    createdAt: "2026-01-05T09:00:00.000Z",
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    reactions: [],
    read: false,
    sender,
    ...more,
  };
}
const run = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => message(from + i));
const seqs = ({ messages }: Timeline) => messages.map(({ seq }) => seq);

Deno.test("a message that is ahead waits for the gap before it", () => {
  const gapped = insert(timelineOf({ messages: run(1, 3), before: null, after: null }, 3), [
    message(6),
    message(5),
  ]);
  assert.deepEqual(seqs(gapped), [1, 2, 3]);
  assert.deepEqual(gapOf(gapped), { after: 3, upTo: 4 });
  const whole = insert(gapped, [message(4)]);
  assert.deepEqual(seqs(whole), [1, 2, 3, 4, 5, 6]);
  assert.equal(gapOf(whole), null);
});

Deno.test("a head that is known of, and not its messages, is a gap; 200 are asked for at a time", () => {
  const timeline = timelineOf({ messages: run(1, 3), before: null, after: null }, 500);
  assert.deepEqual(gapOf(timeline), { after: 3, upTo: 203 });
});

Deno.test("R2 R4 any order with any repeats gives 1..head once, in order, when gaps are asked for", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 60 }),
    fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), { maxLength: 40 }),
    (head, deliveries) => {
      let timeline: Timeline = emptyTimeline;
      for (const some of deliveries) {
        timeline = insert(timeline, some.filter((seq) => seq <= head).map((seq) => message(seq)));
        assert.deepEqual(seqs(timeline), run(1, endOf(timeline)).map(({ seq }) => seq));
      }
      timeline = insert(timeline, [message(head)]);
      for (let gap = gapOf(timeline); gap; gap = gapOf(timeline)) {
        timeline = insert(timeline, run(gap.after + 1, gap.upTo));
      }
      assert.deepEqual(seqs(timeline), run(1, head).map(({ seq }) => seq));
      assert.equal(timeline.ahead.length, 0);
    },
  ));
});

Deno.test("older pages go before the run, and one that doesn't meet it is left out", () => {
  const timeline = timelineOf({ messages: run(51, 60), before: 51, after: null }, 60);
  const joined = prepend(timeline, { messages: run(41, 52), before: 41 });
  assert.deepEqual(seqs(joined), run(41, 60).map(({ seq }) => seq));
  assert.equal(joined.hasOlder, true);
  assert.equal(prepend(joined, { messages: run(1, 40), before: null }).hasOlder, false);
  assert.equal(prepend(joined, { messages: run(1, 30), before: null }), joined);
});

Deno.test("after a jump new messages don't join a run that they don't meet", () => {
  const jumped = timelineOf({ messages: run(11, 20), before: 11, after: 20 }, 90);
  assert.equal(jumped.live, false);
  const after = insert(jumped, [message(91)]);
  assert.deepEqual(seqs(after), seqs(jumped));
  assert.equal(after.head, 91);
  assert.equal(gapOf(after), null);
  const back = append(after, { messages: run(21, 91), after: null });
  assert.equal(back.live, true);
  assert.deepEqual(seqs(back), run(11, 91).map(({ seq }) => seq));
});

Deno.test("R10 the run in memory is bounded at either end", () => {
  const full = timelineOf({ messages: run(1001, 1000 + WINDOW_MAX), before: 1001, after: null }, 0);
  const grown = insert(full, [message(1001 + WINDOW_MAX)]);
  assert.equal(grown.messages.length, WINDOW_MAX);
  assert.equal(grown.hasOlder, true);
  assert.equal(endOf(grown), 1001 + WINDOW_MAX);
  const older = prepend(full, { messages: run(901, 1000), before: 901 });
  assert.equal(older.messages.length, WINDOW_MAX);
  assert.equal(older.messages[0]?.seq, 901);
  assert.equal(older.live, false);
});

Deno.test("a replayed copy does not undo an edit or a deletion, a newer one does its work", () => {
  const plain = message(1);
  const edited = message(1, { content: "new", editedAt: "2026-01-05T10:00:00.000Z" });
  const deleted = message(1, { content: "", deletedAt: "2026-01-05T11:00:00.000Z" });
  assert.equal(newer(edited, plain), edited);
  assert.equal(newer(plain, edited).content, "new");
  assert.equal(newer(deleted, edited), deleted);
  assert.equal(newer(edited, deleted).deletedAt, deleted.deletedAt);
  assert.equal(newer(edited, message(1, { read: true })).read, true);
  assert.equal(newer(edited, message(1, { read: true })).content, "new");
});

Deno.test("a change finds its message in the run and ahead of it", () => {
  const timeline = insert(timelineOf({ messages: run(1, 2), before: null, after: null }, 2), [
    message(5),
  ]);
  const shout = (m: Message) => ({ ...m, content: "!" });
  assert.equal(changeMessage(timeline, 2, shout).messages[1]?.content, "!");
  assert.equal(changeMessage(timeline, 5, shout).ahead[0]?.content, "!");
  assert.equal(changeMessage(timeline, 9, shout), timeline);
});

Deno.test("a reaction is on or off, however often it is said", () => {
  const once = react(message(1), "👍", "ben", true);
  assert.deepEqual(once.reactions, [{ emoji: "👍", userIds: ["ben"] }]);
  assert.equal(react(once, "👍", "ben", true), once);
  assert.deepEqual(react(once, "👍", "cat", true).reactions, [{
    emoji: "👍",
    userIds: ["ben", "cat"],
  }]);
  assert.deepEqual(react(once, "👍", "ben", false).reactions, []);
  assert.equal(react(message(1), "👍", "ben", false).reactions.length, 0);
});
