import assert from "node:assert/strict";
import { createRoomSpec, getRoomSpec } from "./contract/rooms.ts";
import { ask as request } from "../testing/ask.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

async function ask(world: World, person: TestPerson, method: string, path: string, body?: unknown) {
  const { status, json } = await request(world, method, `/api/rooms${path}`, { by: person, body });
  return { status, ...json };
}

Deno.test("rooms are made by those who may, read by members, and changed by owners", async () => {
  await using world = await createWorld();
  const [root, bo, cy] = [
    await world.person("Root", "admin"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const body = { name: " Cohort 7 ", memberIds: [bo.id] };
  const room = await ask(world, root, "POST", "", body);
  assert.equal(room.status, 201);
  assert.deepEqual(createRoomSpec.data!.parse(room.data), room.data);
  assert.deepEqual([room.data.name, room.data.memberCount], ["Cohort 7", 2]);
  assert.equal((await ask(world, bo, "POST", "", body)).status, 403);
  for (const bad of [{ name: "" }, { name: "x", memberIds: ["ghost"] }, { name: "x", size: 3 }]) {
    assert.equal((await ask(world, root, "POST", "", bad)).status, 400);
  }

  const path = `/${room.data.id}`;
  const read = await ask(world, bo, "GET", path);
  assert.deepEqual(getRoomSpec.data!.parse(read.data), read.data);
  assert.deepEqual(
    read.data.members.map(({ name, role }: { name: string; role: string }) => [name, role]),
    [["Bo", "member"], ["Root", "owner"]],
  );
  assert.equal((await ask(world, cy, "GET", path)).status, 404);

  const place = `${path}/members/${cy.id}`;
  assert.equal((await ask(world, bo, "PUT", place)).status, 403);
  assert.equal((await ask(world, cy, "PUT", place)).status, 404);
  assert.equal((await ask(world, root, "PUT", place)).status, 204);
  assert.equal((await ask(world, root, "PUT", place)).status, 204);
  assert.equal((await ask(world, root, "PUT", `${path}/members/ghost`)).status, 404);
  assert.deepEqual(
    (await ask(world, cy, "GET", "")).data.map(({ id }: { id: string }) => id),
    [room.data.id],
  );
  assert.equal((await ask(world, bo, "DELETE", place)).status, 403);
  assert.equal((await ask(world, cy, "DELETE", place)).status, 204);
  assert.equal((await ask(world, root, "DELETE", place)).status, 404);
  assert.equal((await ask(world, root, "DELETE", `${path}/members/${root.id}`)).status, 204);
});

Deno.test("a room's messages take the ordinary way, and a member may leave", async () => {
  await using world = await createWorld();
  const [root, bo] = [await world.person("Root", "admin"), await world.person("Bo")];
  const { data } = await ask(world, root, "POST", "", { name: "Cohort", memberIds: [bo.id] });
  await world.chat.send(bo.id, { conversationId: data.id, content: "Hi" });
  const rows = await world.chat.listConversations(root.id, { limit: 10 });
  assert.deepEqual(
    rows.conversations.map(({ kind, room, unreadCount }) => [kind, room?.name, unreadCount]),
    [
      ["room", "Cohort", 1],
    ],
  );
  assert.equal((await ask(world, bo, "DELETE", `/${data.id}/members/${bo.id}`)).status, 204);
});
