import assert from "node:assert/strict";
import type { Position } from "../shared/protocol.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

async function pair(world: World): Promise<[TestPerson, TestPerson]> {
  return [await world.person("Ada"), await world.person("Bo")];
}
const say = async (world: World, from: TestPerson, to: TestPerson, count: number) => {
  for (let i = 0; i < count; i++) {
    await world.chat.send(from.id, { receiverId: to.id, content: `${from.name} ${i}` });
  }
};
async function position(world: World, user: TestPerson, id: string): Promise<Position> {
  const row = await world.chat.getConversation(user.id, id);
  return { seq: row!.seq, rev: row!.rev };
}

Deno.test("R5 a resume brings what came after the known position and nothing else", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  await say(world, ada, bo, 3);
  const { id } = (await world.chat.getConversation(bo.id, ada.id))!;
  const known = { [id]: await position(world, bo, id) };
  const nothing = await world.chat.missed(bo.id, known);
  assert.deepEqual([nothing.frames, nothing.conversations, nothing.reset], [[], [], []]);
  assert.deepEqual(nothing.heads, known, "live frames of what is known may still be waiting");

  await say(world, ada, bo, 2);
  const { frames, conversations, heads } = await world.chat.missed(bo.id, known);
  assert.deepEqual(
    frames.map((frame) => frame.type === "message" ? frame.message.seq : frame.type),
    [4, 5, "read"],
  );
  assert.equal(conversations[0]?.unreadCount, 5);
  assert.deepEqual(heads, { [id]: await position(world, bo, id) });
});

Deno.test("R5 R7 read marks that moved while away come with a resume, the own ones with a count", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  await say(world, ada, bo, 4);
  const { id } = (await world.chat.getConversation(ada.id, bo.id))!;
  const known = { [id]: await position(world, ada, id) };
  await world.chat.markRead(bo.id, id, 3);
  const read = { type: "read", conversationId: id, userId: bo.id, upTo: 3 };
  assert.deepEqual((await world.chat.missed(ada.id, known)).frames, [read]);
  assert.deepEqual((await world.chat.missed(bo.id, known)).frames, [{ ...read, unreadCount: 1 }]);
});

Deno.test("R5 a conversation that began while away comes whole", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  await say(world, ada, bo, 2);
  const { frames, conversations } = await world.chat.missed(bo.id, {});
  assert.deepEqual(frames.map(({ type }) => type), ["message", "message", "read"]);
  assert.deepEqual(conversations.map(({ partner }) => partner?.id), [ada.id]);
});

Deno.test("R9 a gap that is too large to replay is reset, the others are replayed", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  const cy = await world.person("Cy");
  await Promise.all(
    Array.from(
      { length: 600 },
      (_, i) => world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` }),
    ),
  );
  await say(world, cy, bo, 1);
  const { frames, conversations, reset } = await world.chat.missed(bo.id, {});
  const big = (await world.chat.getConversation(bo.id, ada.id))!.id;
  assert.deepEqual(reset, [big]);
  assert.equal(frames.filter(({ type }) => type === "message").length, 1);
  assert.equal(conversations.length, 2);
});

Deno.test("R9 conversations that were not named are replayed up to 500 changes in all", async () => {
  await using world = await createWorld();
  const bo = await world.person("Bo");
  const senders = [await world.person("Ada"), await world.person("Cy"), await world.person("Di")];
  const known: Record<string, Position> = {};
  for (const from of senders) {
    await Promise.all(
      Array.from(
        { length: 300 },
        (_, i) => world.chat.send(from.id, { receiverId: bo.id, content: `${i}` }),
      ),
    );
    const { id } = (await world.chat.getConversation(bo.id, from.id))!;
    known[id] = { seq: 0, rev: 0 };
  }
  const messages = async (positions: Record<string, Position>) => {
    const { frames, reset } = await world.chat.missed(bo.id, positions);
    return [frames.filter(({ type }) => type === "message").length, reset.length];
  };
  assert.deepEqual(await messages({}), [300, 2]);
  assert.deepEqual(await messages(known), [900, 0]);
});

Deno.test("R5 however many conversations are new, none that was named is left out", async () => {
  await using world = await createWorld();
  const admin = await world.person("Ada", "admin");
  const bo = await world.person("Bo");
  const { id } = await world.rooms.create({ userId: admin.id, role: "admin" }, {
    name: "Old",
    memberIds: [bo.id],
  });
  const known = { [id]: await position(world, bo, id) };
  await world.chat.send(admin.id, { conversationId: id, content: "missed" });
  await world.clock.advance(1000);
  for (let i = 0; i < 520; i += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_, j) =>
        world.rooms.create({ userId: admin.id, role: "admin" }, {
          name: `New ${i + j}`,
          memberIds: [bo.id],
        })),
    );
  }
  const { conversations, frames } = await world.chat.missed(bo.id, known);
  assert.equal(conversations.length, 501);
  assert.ok(conversations.some((row) => row.id === id));
  assert.ok(frames.some((frame) => frame.type === "message" && frame.message.content === "missed"));
});

Deno.test("R10 a resume holds no more text than one conversation may have, the rest is reset", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  const others = [ada, await world.person("Cy")];
  for (const from of others) {
    const content = "x".repeat(5000);
    await Promise.all(
      Array.from({ length: 300 }, () => world.chat.send(from.id, { receiverId: bo.id, content })),
    );
  }
  const { frames, conversations, reset } = await world.chat.missed(bo.id, {});
  assert.equal(frames.filter(({ type }) => type === "message").length, 300);
  assert.deepEqual([reset.length, conversations.length], [1, 2]);
});

Deno.test("a client of another store, ahead of this one, is reset", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  await say(world, ada, bo, 1);
  const { id } = (await world.chat.getConversation(bo.id, ada.id))!;
  assert.deepEqual((await world.chat.missed(bo.id, { [id]: { seq: 9, rev: 9 } })).reset, [id]);
});

Deno.test("R8 a conversation of others and one that is not there resume alike", async () => {
  await using world = await createWorld();
  const [ada, bo] = await pair(world);
  const cy = await world.person("Cy");
  await say(world, ada, bo, 1);
  const hidden = (await world.chat.getConversation(bo.id, ada.id))!.id;
  for (const conversationId of [hidden, "d_0000000000000000000000"]) {
    const answer = await world.chat.missed(cy.id, { [conversationId]: { seq: 0, rev: 0 } });
    assert.deepEqual(answer, {
      frames: [{ type: "conversation.removed", conversationId }],
      conversations: [],
      reset: [],
      heads: {},
    });
  }
});
