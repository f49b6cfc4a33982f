import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../shared/errors.ts";
import { messageSchema } from "../shared/message_schema.ts";
import { keys } from "../kv/keys.ts";
import { until } from "../testing/fake_clock.ts";
import { createWorld, type World } from "../testing/world.ts";
import { directIdOf } from "./chat_ids.ts";

async function people(world: World) {
  return [await world.person("Ada"), await world.person("Bo"), await world.person("Cy")] as const;
}
const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

Deno.test("R1 a message that was answered is stored, in the contract's form", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const { message, created, json } = await world.chat.send(ada.id, {
    receiverId: bo.id,
    content: "Hello",
    clientId: "one",
  });
  assert.ok(created);
  assert.deepEqual(messageSchema.parse(message), message);
  assert.deepEqual(JSON.parse(json), message);
  assert.deepEqual(message, {
    id: `${directIdOf(ada.id, bo.id)}.1`,
    clientId: "one",
    conversationId: directIdOf(ada.id, bo.id),
    seq: 1,
    senderId: ada.id,
    receiverId: bo.id,
    content: "Hello",
    createdAt: "2026-01-05T09:00:00.000Z",
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    reactions: [],
    read: false,
    sender: { id: ada.id, name: "Ada", avatar: null },
  });
  const { messages } = await world.chat.history(bo.id, ada.id, { limit: 10 });
  assert.deepEqual(messages, [message]);
});

Deno.test("R3 a hundred concurrent retries make one message, and each answer is the original", async () => {
  await using world = await createWorld({ shared: true });
  const [ada, bo] = await people(world);
  const other = await world.another();
  const answers = await Promise.all(
    range(100).map((i) =>
      (i % 2 ? world : other).chat.send(ada.id, {
        receiverId: bo.id,
        content: `try ${i}`,
        clientId: "same",
      })
    ),
  );
  assert.equal(answers.filter(({ created }) => created).length, 1);
  assert.equal(new Set(answers.map(({ json }) => json)).size, 1);
  const { messages } = await world.chat.history(ada.id, bo.id, { limit: 10 });
  assert.deepEqual(messages.map(({ clientId }) => clientId), ["same"]);
});

Deno.test("R3 the same clientId at once in two conversations makes one message", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  for (let i = 0; i < 10; i++) {
    const answers = await Promise.all(
      [bo, cy, bo, cy].map((to) =>
        world.chat.send(ada.id, { receiverId: to.id, content: "Hi", clientId: `c${i}` })
      ),
    );
    assert.equal(new Set(answers.map(({ message }) => message.id)).size, 1);
  }
});

Deno.test("R3 two people may use the same clientId", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  await world.chat.send(ada.id, { receiverId: bo.id, content: "a", clientId: "x" });
  const { message } = await world.chat.send(bo.id, {
    receiverId: ada.id,
    content: "b",
    clientId: "x",
  });
  assert.equal(message.seq, 2);
});

Deno.test("R2 messages keep the order in which one person sent them, the first one included", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const answers = await Promise.all(
    range(200).map((i) => world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` })),
  );
  assert.deepEqual(answers.map(({ message }) => message.seq), range(200));
});

for (const shared of [false, true]) {
  Deno.test(`R6 unread counts equal a recount, seqs have no gap, whatever is sent and read on ${shared ? "two servers" : "one server"}`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            who: fc.integer({ min: 0, max: 2 }),
            server: fc.integer({ min: 0, max: 1 }),
            act: fc.oneof(
              fc.record({ kind: fc.constant("send" as const), to: fc.integer({ min: 0, max: 3 }) }),
              fc.record({
                kind: fc.constant("read" as const),
                to: fc.integer({ min: 0, max: 3 }),
                upTo: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
              }),
              fc.record({
                kind: fc.constant("retry" as const),
                to: fc.integer({ min: 0, max: 3 }),
              }),
            ),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        async (acts) => {
          await using world = await createWorld({ shared });
          const all = await people(world);
          const other = shared ? await world.another() : world;
          const room = await world.rooms.create({ userId: all[0].id, role: "admin" }, {
            name: "Cohort",
            memberIds: [all[1].id, all[2].id],
          });
          const sent = new Map<string, Set<string>>();
          const work: Promise<unknown>[] = [];
          let last = "";
          for (const [i, { who, server, act }] of acts.entries()) {
            const chat = server === 0 ? world.chat : other.chat;
            const user = all[who]!.id;
            const partner = act.to === 3 ? null : all[act.to]!.id;
            if (partner === user) continue;
            const conversationId = partner === null ? room.id : directIdOf(user, partner);
            const target = partner === null ? { conversationId } : { receiverId: partner };
            if (act.kind === "read") {
              work.push(chat.markRead(user, conversationId, act.upTo).catch(ignoreNotFound));
              continue;
            }
            const clientId = act.kind === "retry" && last !== "" ? last : `c${i}`;
            last = clientId;
            work.push(
              chat.send(user, { ...target, content: clientId, clientId }).then((answer) => {
                const id = answer.message.conversationId;
                sent.set(id, (sent.get(id) ?? new Set()).add(`${user} ${clientId}`));
              }),
            );
          }
          await Promise.all(work);
          for (const chat of [world.chat, other.chat]) {
            for (const { id: user } of all) {
              await until(async () => {
                await world.clock.advance(2000);
                const { conversations } = await chat.listConversations(user, { limit: 50 });
                const total = (rows: { seq: number }[]) =>
                  rows.reduce((sum, row) => sum + row.seq, 0);
                let stored = 0;
                for (const row of conversations) {
                  const [entry] = await world.journal.rows.getRows<{ seq: number; rev: number }>([
                    keys.conversation(row.id),
                  ]);
                  if (entry!.rev !== row.rev) return false;
                  stored += entry!.seq;
                }
                return total(conversations) === stored;
              }, "the other server has heard everything");
              const { conversations } = await chat.listConversations(user, { limit: 50 });
              for (const row of conversations) {
                const { messages } = await chat.history(user, row.id, { limit: 200, after: 0 });
                assert.deepEqual(messages.map(({ seq }) => seq), range(row.seq));
                assert.equal(
                  new Set(messages.map((message) => `${message.senderId} ${message.clientId}`))
                    .size,
                  messages.length,
                );
                assert.equal(row.unreadCount, row.seq - row.readSeq);
                assert.equal(
                  row.unreadCount,
                  messages.filter(({ seq }) => seq > row.readSeq).length,
                );
                const own = messages.findLast(({ senderId }) => senderId === user);
                assert.ok(row.readSeq >= (own?.seq ?? 0));
                for (const entry of sent.get(row.id) ?? []) {
                  assert.ok(messages.some((m) => `${m.senderId} ${m.clientId}` === entry));
                }
              }
            }
          }
        },
      ),
      { numRuns: 12 },
    ));
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof AppError && error.code === "not_found")) throw error;
}

Deno.test("read marks move forwards only, never beyond the newest, and make messages read", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  for (let i = 0; i < 5; i++) {
    await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  }
  const read = (upTo?: number) => world.chat.markRead(bo.id, ada.id, upTo);
  assert.deepEqual(await read(3), { readSeq: 3, unreadCount: 2, moved: true });
  assert.deepEqual(await read(2), { readSeq: 3, unreadCount: 2, moved: false });
  const { messages } = await world.chat.history(ada.id, bo.id, { limit: 10 });
  assert.deepEqual(messages.map((message) => message.read), [true, true, true, false, false]);
  assert.deepEqual(await read(99), { readSeq: 5, unreadCount: 0, moved: true });
  assert.deepEqual(await read(), { readSeq: 5, unreadCount: 0, moved: false });
});

Deno.test("in a room a message is read once everybody has read it", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const room = await world.rooms.create({ userId: ada.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [bo.id, cy.id],
  });
  await world.chat.send(ada.id, { conversationId: room.id, content: "Hi" });
  const isRead = async () =>
    (await world.chat.history(ada.id, room.id, { limit: 1 })).messages[0]!.read;
  await world.chat.markRead(bo.id, room.id);
  assert.equal(await isRead(), false);
  await world.chat.markRead(cy.id, room.id);
  assert.equal(await isRead(), true);
});

Deno.test("conversations come newest first, in pages that hold each once", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const dee = await world.person("Dee");
  for (const to of [bo, cy, dee, bo]) {
    await world.clock.advance(1000);
    await world.chat.send(ada.id, { receiverId: to.id, content: `to ${to.name}` });
  }
  const first = await world.chat.listConversations(ada.id, { limit: 2 });
  assert.deepEqual(first.conversations.map(({ partner }) => partner?.name), ["Bo", "Dee"]);
  assert.equal(first.conversations[0]!.lastMessage?.seq, 2);
  const second = await world.chat.listConversations(ada.id, { limit: 2, after: first.after! });
  assert.deepEqual(second.conversations.map(({ partner }) => partner?.name), ["Cy"]);
  assert.equal(second.after, null);
  await assert.rejects(world.chat.listConversations(ada.id, { limit: 2, after: "?" }), {
    code: "invalid",
  });
});

Deno.test("replies name a message of the same conversation", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const first = await world.chat.send(ada.id, { receiverId: bo.id, content: "Q" });
  const reply = { receiverId: ada.id, content: "A", replyTo: first.message.id };
  assert.equal((await world.chat.send(bo.id, reply)).message.replyTo, first.message.id);
  await assert.rejects(world.chat.send(cy.id, reply), { code: "invalid" });
  for (const replyTo of ["nonsense", `${first.message.conversationId}.9`]) {
    await assert.rejects(world.chat.send(bo.id, { ...reply, replyTo }), { code: "invalid" });
  }
});

Deno.test("R8 what is not there and what is not yours is the same refusal, everywhere", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "secret" });
  const room = await world.rooms.create({ userId: ada.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [bo.id],
  });
  const unknown = ["d_0000000000000000000000", "r_0000000000000000000000", "nobody"];
  const refusals = new Map<string, Set<string>>();
  for (const id of [message.conversationId, room.id, ...unknown]) {
    const tries: Record<string, () => Promise<unknown>> = {
      send: () => world.chat.send(cy.id, { conversationId: id, content: "let me in" }),
      history: () => world.chat.history(cy.id, id, { limit: 10 }),
      around: () => world.chat.history(cy.id, id, { limit: 10, around: 1 }),
      read: () => world.chat.markRead(cy.id, id),
      room: () => world.rooms.get({ userId: cy.id, role: "member" }, id),
      add: () => world.rooms.addMember({ userId: cy.id, role: "member" }, id, cy.id),
      remove: () => world.rooms.removeMember({ userId: cy.id, role: "member" }, id, ada.id),
    };
    for (const [name, attempt] of Object.entries(tries)) {
      await assert.rejects(attempt(), (error: AppError) => {
        assert.equal(error.code, "not_found");
        refusals.set(name, (refusals.get(name) ?? new Set()).add(error.message));
        return true;
      });
    }
    assert.equal(await world.chat.getConversation(cy.id, id), null);
    assert.equal(await world.chat.membersFor(cy.id, id), null);
  }
  for (const [name, messages] of refusals) assert.equal(messages.size, 1, name);
  const { conversations } = await world.chat.listConversations(cy.id, { limit: 10 });
  assert.deepEqual(conversations, []);
  assert.deepEqual(await world.chat.contactsOf(cy.id, 10), []);
  assert.equal((await world.chat.history(bo.id, ada.id, { limit: 10 })).messages.length, 1);
});

Deno.test("somebody without a conversation has an empty one, an unknown person none", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  assert.deepEqual(await world.chat.history(ada.id, bo.id, { limit: 10 }), {
    messages: [],
    before: null,
    after: null,
  });
  assert.equal((await world.chat.markRead(ada.id, bo.id)).unreadCount, 0);
  for (const id of [ada.id, "nobody"]) {
    await assert.rejects(world.chat.history(ada.id, id, { limit: 10 }), { code: "not_found" });
  }
  await assert.rejects(world.chat.send(ada.id, { receiverId: "nobody", content: "?" }), {
    code: "not_found",
    message: "Cannot send: no such person",
    issues: [{ path: "receiverId", message: "no such person" }],
  });
  await assert.rejects(world.chat.send(ada.id, { receiverId: ada.id, content: "?" }), {
    code: "invalid",
  });
});

Deno.test("R2 a clock that was set back does not turn the times of a conversation round", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  await world.chat.send(ada.id, { receiverId: bo.id, content: "1" });
  const now = world.clock.now;
  world.clock.now = () => now() - 60_000;
  const { message } = await world.chat.send(bo.id, { receiverId: ada.id, content: "2" });
  assert.equal(message.createdAt, "2026-01-05T09:00:00.000Z");
});
