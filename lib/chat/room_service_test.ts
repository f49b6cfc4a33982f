import assert from "node:assert/strict";
import type { Role } from "../shared/user_schema.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

const as = (person: TestPerson, role: Role = "member") => ({ userId: person.id, role });

async function roomsOf(world: World, person: TestPerson): Promise<string[]> {
  return (await world.rooms.placesOf(person.id)).map(({ roomId }) => roomId);
}

async function cohort(world: World) {
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ] as const;
  const room = await world.rooms.create(as(ada, "instructor"), {
    name: "Cohort",
    memberIds: [bo.id, bo.id, ada.id],
  });
  return { ada, bo, cy, room };
}

Deno.test("a room holds its creator as owner and each member once", async () => {
  await using world = await createWorld();
  const { ada, bo, room } = await cohort(world);
  assert.equal(room.memberCount, 2);
  const { members } = await world.rooms.get(as(bo), room.id);
  assert.deepEqual(members.map(({ id, role }) => [id, role]), [
    [ada.id, "owner"],
    [bo.id, "member"],
  ]);
  assert.deepEqual(await world.rooms.memberIds(room.id), [ada.id, bo.id].sort());
  assert.deepEqual(await roomsOf(world, bo), [room.id]);
});

Deno.test("members and people that do not exist can't make rooms or be in them", async () => {
  await using world = await createWorld();
  const { ada, bo, room } = await cohort(world);
  await assert.rejects(world.rooms.create(as(bo), { name: "No", memberIds: [] }), {
    code: "forbidden",
  });
  const ghosts = world.rooms.create(as(ada, "admin"), { name: "No", memberIds: ["ghost"] });
  await assert.rejects(ghosts, { code: "invalid" });
  await assert.rejects(world.rooms.addMember(as(ada), room.id, "ghost"), { code: "not_found" });
});

Deno.test("who is added reads what was said before, has no debt, and writes", async () => {
  await using world = await createWorld();
  const { ada, cy, room } = await cohort(world);
  await world.chat.send(ada.id, { conversationId: room.id, content: "before" });
  await world.rooms.addMember(as(ada), room.id, cy.id);
  await world.rooms.addMember(as(ada), room.id, cy.id);
  const row = await world.chat.getConversation(cy.id, room.id);
  assert.deepEqual([row?.unreadCount, row?.room?.memberCount], [0, 3]);
  const { messages } = await world.chat.history(cy.id, room.id, { limit: 5 });
  assert.equal(messages[0]?.content, "before");
  await world.chat.send(cy.id, { conversationId: room.id, content: "hello" });
});

Deno.test("R8 who was taken out is a stranger again, on every server", async () => {
  await using world = await createWorld({ shared: true });
  const { ada, bo, room } = await cohort(world);
  const other = await world.another();
  assert.equal((await other.chat.history(bo.id, room.id, { limit: 5 })).messages.length, 0);
  await world.rooms.removeMember(as(ada), room.id, bo.id);
  const send = { conversationId: room.id, content: "still here?" };
  await assert.rejects(other.chat.send(bo.id, send), { code: "not_found" });
  await assert.rejects(world.chat.history(bo.id, room.id, { limit: 5 }), { code: "not_found" });
  assert.deepEqual(await roomsOf(world, bo), []);
  await assert.rejects(world.rooms.removeMember(as(ada), room.id, bo.id), { code: "not_found" });
});

Deno.test("a member may leave, an owner may not, an admin manages every room", async () => {
  await using world = await createWorld();
  const { ada, bo, cy, room } = await cohort(world);
  await assert.rejects(world.rooms.removeMember(as(ada), room.id, ada.id), { code: "conflict" });
  await assert.rejects(world.rooms.addMember(as(bo), room.id, cy.id), { code: "forbidden" });
  await world.rooms.removeMember(as(bo), room.id, bo.id);
  await world.rooms.addMember(as(cy, "admin"), room.id, cy.id);
  assert.equal((await world.rooms.get(as(bo, "admin"), room.id)).room.memberCount, 2);
  await assert.rejects(world.rooms.get(as(bo), room.id), { code: "not_found" });
});

Deno.test("R10 a room of a thousand is made at once, and takes nobody more", async () => {
  await using world = await createWorld();
  const { ada } = await cohort(world);
  // Accounts by a host platform's tokens: no password has to be hashed a thousand times.
  const ids = Array.from({ length: 999 }, (_, i) => `student-${i}`);
  for (const id of ids) await world.profile(id);
  const room = await world.rooms.create(as(ada, "admin"), { name: "Big", memberIds: ids });
  assert.equal((await world.rooms.get(as(ada), room.id)).members.length, 1000);
  const extra = await world.person("Extra");
  await assert.rejects(world.rooms.addMember(as(ada), room.id, extra.id), { code: "conflict" });
  await assert.rejects(
    world.rooms.create(as(ada, "admin"), { name: "Bigger", memberIds: [...ids, extra.id] }),
    { code: "conflict" },
  );
  const { message } = await world.chat.send(ids[500]!, { conversationId: room.id, content: "Hi" });
  assert.equal(message.seq, 1);
});

Deno.test("a host platform's rooms are joined where they exist, and only rooms", async () => {
  await using world = await createWorld();
  const { ada, bo, cy, room } = await cohort(world);
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "private" });
  await world.rooms.joinNamed(cy.id, [
    room.id,
    message.conversationId,
    "r_0000000000000000000000",
    "x",
  ]);
  assert.deepEqual(await roomsOf(world, cy), [room.id]);
  await assert.rejects(world.chat.history(cy.id, message.conversationId, { limit: 1 }), {
    code: "not_found",
  });
});

Deno.test("rooms are listed newest first, in pages", async () => {
  await using world = await createWorld();
  const { ada, bo } = await cohort(world);
  for (const name of ["Two", "Three"]) {
    await world.clock.advance(1000);
    await world.rooms.create(as(ada, "admin"), { name, memberIds: [bo.id] });
  }
  const first = await world.rooms.list(bo.id, { limit: 2 });
  assert.deepEqual(first.rooms.map(({ name }) => name), ["Three", "Two"]);
  const second = await world.rooms.list(bo.id, { limit: 2, after: first.after! });
  assert.deepEqual(second.rooms.map(({ name }) => name), ["Cohort"]);
  assert.equal(second.after, null);
});

Deno.test("a room that is made with an id is made once, and keeps what became of it since", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const by = { userId: ada.id, role: "instructor" } as const;
  const input = { id: "r_aaaaaaaaaaaaaaaaaaaaaa", name: "Cohort", memberIds: [bo.id] };
  const made = await Promise.all([world.rooms.create(by, input), world.rooms.create(by, input)]);
  assert.deepEqual(made.map(({ id }) => id), [input.id, input.id]);
  await world.chat.send(ada.id, { conversationId: input.id, content: "Hello" });
  await world.chat.markRead(bo.id, input.id);
  await world.rooms.create(by, input);
  const row = await world.chat.getConversation(bo.id, input.id);
  assert.deepEqual([row?.seq, row?.readSeq], [1, 1]);
  assert.equal((await world.rooms.list(bo.id, { limit: 5 })).rooms.length, 1);
});
