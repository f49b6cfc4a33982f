import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import type { PushJob } from "../push/types.ts";
import { createFakeClock, until } from "../testing/fake_clock.ts";
import { createWorld, type World } from "../testing/world.ts";
import { ChatReader } from "./chat_reader.ts";
import { Directory } from "./directory.ts";
import { createMessagePush } from "./message_push.ts";
import { MessagePushRows } from "./message_push_rows.ts";

function sourceOf(world: World, visible: string[] = []) {
  const { clock, journal: { rows }, store: { kv }, users } = world;
  return createMessagePush({
    clock,
    directory: new Directory(kv, rows),
    reader: new ChatReader(rows, users, clock.now),
    isVisible: (userId) => visible.includes(userId),
  });
}
async function jobs(world: World): Promise<PushJob[]> {
  const rows: PushJob[] = [];
  for await (const { value } of world.store.kv.list<PushJob>({ prefix: keys.pushJobs() })) {
    rows.push(value);
  }
  return rows;
}

Deno.test("a message leaves one push job for its conversation, in the same commit", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  for (let i = 0; i < 20; i++) {
    await world.chat.send(ada.id, { receiverId: bo.id, content: `message ${i}` });
  }
  const [job, ...more] = await jobs(world);
  assert.deepEqual(more, []);
  const { recipients } = await sourceOf(world).recipients(job!, null);
  const conversationId = (await world.chat.getConversation(ada.id, bo.id))!.id;
  assert.deepEqual(recipients, [{
    userId: bo.id,
    content: {
      title: "Ada",
      body: "message 19",
      navigate: `/chat/${conversationId}`,
      tag: `message:${conversationId}`,
      urgency: "high",
      timestamp: world.clock.now(),
      badge: 20,
      dismiss: `/api/messages/read/${conversationId}`,
      subject: { category: "message", isUrgent: false },
    },
  }]);
});

Deno.test("who has read it gets no push, and a visible window is reason enough", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const room = await world.rooms.create({ userId: ada.id, role: "admin" }, {
    name: "Cohort",
    memberIds: [bo.id, cy.id],
  });
  await world.chat.send(ada.id, { conversationId: room.id, content: "Hi" });
  const [job] = await jobs(world);
  await world.chat.markRead(bo.id, room.id);
  const { recipients, suppressed } = await sourceOf(world, [cy.id]).recipients(job!, null);
  assert.deepEqual(recipients, []);
  assert.deepEqual(suppressed, [{ userId: cy.id, reason: "a visible window has shown it" }]);
  const source = sourceOf(world);
  const tags = [`message:${room.id}`, "message:r_0000000000000000000000", "other"];
  assert.deepEqual(await source.readTags!(bo.id, tags), tags.slice(0, 2));
  assert.deepEqual(await source.readTags!(cy.id, tags), tags.slice(1, 2));
  assert.deepEqual([await source.unread!(bo.id), await source.unread!(cy.id)], [0, 1]);
});

Deno.test("R6 what is muted is not in the number that a push carries, until the mute is over", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "Hi" });
  await world.chat.send(cy.id, { receiverId: bo.id, content: "Hello" });
  const unread = () => sourceOf(world).unread!(bo.id);
  assert.equal(await unread(), 2);
  await world.chat.setMuted(bo.id, message.conversationId, world.clock.now() + 1000);
  assert.equal(await unread(), 1);
  await world.clock.advance(1000);
  assert.equal(await unread(), 2);
});

Deno.test("a conversation that goes on writes a job now and then, so that it is never put off", () => {
  const clock = createFakeClock();
  const rows = new MessagePushRows({
    dueAt: () => clock.now() + 5000,
    jobRow: (job) => ({ key: [job.dueAt], value: job }),
  });
  const start = clock.now();
  const due = [0, 1000, 2000, 3500, 4000].map((after) => {
    clock.advance(start + after - clock.now());
    const row = rows.rowFor("c", clock.now());
    if (row) rows.written("c", row.dueAt);
    return row === null ? null : Number(row.key[0]) - start;
  });
  assert.deepEqual(due, [5000, null, null, 8500, null]);
});

for (
  const [how, first, second] of [
    ["the commit before took long", 3000, 0],
    ["its own commit is tried again late", 0, 3000],
  ] as const
) {
  Deno.test(`a message relies on no job that may be over by then: ${how}`, async () => {
    await using world = await createWorld({ shared: true });
    const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
    const slow = { ms: 0 };
    const server = await world.another({
      faults: {
        commit(commit) {
          const { ms } = slow;
          slow.ms = 0;
          world.clock.jump(ms);
          // Of the second message the first try fails.
          return ms > 0 && second > 0 ? Promise.reject(new Error("cut off")) : commit();
        },
      },
    });
    const start = world.clock.now();
    const send = async (content: string, ms: number) => {
      slow.ms = ms;
      let isSent = false;
      const sent = server.chat.send(ada.id, { receiverId: bo.id, content })
        .then(() => isSent = true);
      await until(async () => {
        await world.clock.advance(1);
        return isSent;
      }, "it is sent");
      await sent;
    };
    await send("one", first);
    // 2.5 seconds before the first job is due, or half a second after.
    world.clock.jump(start + (first > 0 ? 5500 : 2500) - world.clock.now());
    const before = await jobs(world);
    await send("two", second);
    const due = (await jobs(world)).map(({ dueAt }) => dueAt - start);
    assert.equal(before.length, 1);
    assert.ok(due.some((at) => at > 5500), `none of ${due} tells of the second message`);
  });
}
