import assert from "node:assert/strict";
import { settle } from "../testing/fake_clock.ts";
import type { SocketClient } from "../testing/socket_client.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
async function people(world: World): Promise<[TestPerson, TestPerson, TestPerson]> {
  return [await world.person("Ada"), await world.person("Bo"), await world.person("Cy")];
}
/** Everything that was sent to these before now has arrived. */
async function quiet(...sockets: SocketClient[]): Promise<void> {
  for (const socket of sockets) await socket.roundTrip();
}

Deno.test("R4 a message reaches each device of each member once, the sender's others too", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const [ada1, ada2] = [await world.connect(ada), await world.connect(ada)];
  const [bo1, bo2] = [await world.connect(bo), await world.connect(bo)];
  const stranger = await world.connect(cy);
  for (const i of range(30)) {
    ada1.send({ type: "send", clientId: `m${i}`, receiverId: bo.id, content: `hello ${i}` });
  }
  const devices = [ada1, ada2, bo1, bo2];
  for (const device of devices) await device.waitFor("message", 30);
  await ada1.waitFor("ack", 30);
  await quiet(...devices, stranger);
  for (const device of devices) {
    assert.deepEqual(
      device.of("message").map(({ message, rev }) => [message.seq, rev, message.content]),
      range(30).map((i) => [i, i, `hello ${i}`]),
    );
  }
  assert.deepEqual(ada1.of("ack").map(({ clientId }) => clientId), range(30).map((i) => `m${i}`));
  assert.deepEqual(ada1.of("ack").map(({ message }) => message.seq), range(30));
  assert.deepEqual(stranger.frames.map(({ type }) => type), ["connected", "pong", "pong"]);
});

Deno.test("R4 a room's message reaches everybody in it and nobody else", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const room = await world.rooms.create({ userId: ada.id, role: "admin" }, {
    name: "Cohort",
    memberIds: [bo.id],
  });
  const [a, b, c] = [await world.connect(ada), await world.connect(bo), await world.connect(cy)];
  b.send({ type: "send", clientId: "1", conversationId: room.id, content: "Hi" });
  const { message } = await a.wait("message");
  assert.deepEqual([message.conversationId, message.receiverId], [room.id, undefined]);
  await quiet(b, c);
  assert.equal(b.of("message").length, 1);
  assert.equal(c.of("message").length, 0);
});

Deno.test("R3 a resent frame is acknowledged with the original and delivered once", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const [a, b] = [await world.connect(ada), await world.connect(bo)];
  const frame = { type: "send", clientId: "same", receiverId: bo.id, content: "once" };
  a.send(Array(50).fill(frame));
  a.send({ ...frame, content: "another text" });
  await a.waitFor("ack", 51);
  await quiet(a, b);
  const acks = new Set(a.of("ack").map(({ message }) => JSON.stringify(message)));
  assert.equal(acks.size, 1);
  assert.equal(b.of("message").length, 1);
  assert.equal(b.of("message")[0]!.message.content, "once");
});

Deno.test("a message by REST takes the same path as one by socket", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const b = await world.connect(bo);
  const post = async () => {
    const response = await fetch(`${await world.origin()}/api/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
      body: JSON.stringify({ receiverId: bo.id, content: "by REST", clientId: "r1" }),
    });
    return { status: response.status, ...await response.json() };
  };
  const first = await post();
  assert.equal(first.status, 201);
  const again = await post();
  assert.equal(again.status, 200);
  assert.deepEqual(again.data, first.data);
  assert.deepEqual((await b.wait("message")).message, first.data);
});

Deno.test("what can't be sent is answered with an error that names the clientId", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const a = await world.connect(ada);
  const send = { type: "send", receiverId: bo.id, content: "x" };
  const bad: [unknown, string][] = [
    [{ ...send, clientId: "empty", content: "   " }, "invalid"],
    [{ ...send, clientId: "long", content: "x".repeat(5001) }, "invalid"],
    [{ ...send, clientId: "two", conversationId: "d_x" }, "invalid"],
    [{ ...send, clientId: "extra", colour: "red" }, "invalid"],
    [{ ...send, clientId: "ghost", receiverId: "nobody" }, "not_found"],
    [{ ...send, clientId: "self", receiverId: ada.id }, "invalid"],
  ];
  for (const [frame] of bad) a.send(frame);
  await a.waitFor("error", bad.length);
  assert.deepEqual(
    new Map(a.of("error").map(({ clientId, code }) => [clientId, code])),
    new Map(bad.map(([frame, code]) => [(frame as { clientId: string }).clientId, code])),
  );
});

Deno.test("frames of one turn arrive as arrays", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const [a, b] = [await world.connect(ada), await world.connect(bo)];
  const before = b.messages;
  a.send(
    range(80).map((i) => (
      { type: "send", clientId: `${i}`, receiverId: bo.id, content: `${i}` }
    )),
  );
  await b.waitFor("message", 80);
  assert.ok(b.messages - before < 20, `${b.messages - before} messages for 80 frames`);
});

Deno.test("R7 what is read on one device is read on the others, and the sender sees it", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const [a, b1, b2] = [
    await world.connect(ada),
    await world.connect(bo),
    await world.connect(bo),
  ];
  a.send(
    range(3).map((i) => (
      { type: "send", clientId: `${i}`, receiverId: bo.id, content: `${i}` }
    )),
  );
  await b1.waitFor("message", 3);
  const { conversationId } = b1.of("message")[0]!.message;
  b1.send({ type: "read", conversationId, upTo: 2 });
  const mark = { type: "read", conversationId, userId: bo.id, upTo: 2 };
  assert.deepEqual(await b2.wait("read"), { ...mark, unreadCount: 1 });
  assert.deepEqual(await b1.wait("read"), { ...mark, unreadCount: 1 });
  assert.deepEqual(await a.wait("read"), mark);
  // A mark that does not move is answered to who asked.
  b2.send({ type: "read", conversationId, upTo: 1 });
  await quiet(b2, b1);
  assert.deepEqual([b2.of("read").length, b1.of("read").length, a.of("read").length], [2, 1, 1]);
});

Deno.test("R7 sending is reading: the sender's unread messages are read before the new one", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const [a, b1, b2] = [
    await world.connect(ada),
    await world.connect(bo),
    await world.connect(bo),
  ];
  a.send({ type: "send", clientId: "1", receiverId: bo.id, content: "question" });
  await b1.wait("message");
  b1.send({ type: "send", clientId: "1", receiverId: ada.id, content: "answer" });
  await b2.waitFor("message", 2);
  const kinds = b2.frames.filter(({ type }) => type === "message" || type === "read");
  assert.deepEqual(kinds.map(({ type }) => type), ["message", "read", "message"]);
  assert.equal(b2.of("read")[0]!.unreadCount, 0);
  assert.equal((await a.wait("read")).upTo, 1);
});

Deno.test("typing is told to the others, and is over after six seconds unless it is renewed", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const { message: { conversationId } } = await world.chat.send(ada.id, {
    receiverId: bo.id,
    content: "Hi",
  });
  const [a, b] = [await world.connect(ada), await world.connect(bo)];
  a.send({ type: "typing", conversationId, on: true });
  assert.deepEqual(await b.wait("typing"), {
    type: "typing",
    conversationId,
    userId: ada.id,
    on: true,
  });
  await world.clock.advance(5000);
  a.send({ type: "typing", conversationId, on: true });
  await b.waitFor("typing", 2);
  await world.clock.advance(5000);
  await quiet(a, b);
  assert.deepEqual(b.of("typing").map(({ on }) => on), [true, true]);
  await world.clock.advance(1001);
  await b.waitFor("typing", 3);
  a.send({ type: "typing", conversationId, on: true });
  await b.waitFor("typing", 4);
  await a.close();
  await b.waitFor("typing", 5);
  assert.deepEqual(b.of("typing").map(({ on }) => on), [true, true, false, true, false]);
});

Deno.test("presence is told to those with whom a conversation exists, and survives a reload", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  await world.chat.send(ada.id, { receiverId: bo.id, content: "Hi" });
  const [b, c] = [await world.connect(bo), await world.connect(cy)];
  let a = await world.connect(ada);
  const online = { type: "presence", userId: ada.id, online: true, lastSeenAt: null };
  assert.deepEqual(await b.wait("presence"), online);
  assert.deepEqual(await a.wait("presence"), { ...online, userId: bo.id });
  await a.close();
  await world.clock.advance(1000);
  a = await world.connect(ada);
  await world.clock.advance(5000);
  await quiet(b);
  assert.equal(b.of("presence").length, 1);
  const left = new Date(world.clock.now()).toISOString();
  await a.close();
  await settle();
  await world.clock.advance(2001);
  await b.waitFor("presence", 2);
  assert.deepEqual(b.of("presence")[1], { ...online, online: false, lastSeenAt: left });
  await quiet(c);
  assert.equal(c.of("presence").length, 0);
});

Deno.test("two who begin to write to each other see that they are online", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  const [a, b] = [await world.connect(ada), await world.connect(bo)];
  a.send({ type: "send", clientId: "1", receiverId: bo.id, content: "Hi" });
  assert.equal((await a.wait("presence")).userId, bo.id);
  assert.equal((await b.wait("presence")).userId, ada.id);
});

Deno.test("history fills a gap, in parts where it is long", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  for (const i of range(250)) {
    await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  }
  const b = await world.connect(bo);
  const { id: conversationId } = (await world.chat.getConversation(bo.id, ada.id))!;
  const ask = async (after: number, upTo: number) => {
    const before = b.of("history").length;
    b.send({ type: "history", conversationId, after, upTo });
    await b.waitFor("history", before + 1);
    return b.of("history")[before]!.messages.map(({ seq }) => seq);
  };
  assert.deepEqual(await ask(3, 6), [4, 5, 6]);
  assert.deepEqual(await ask(0, 250), range(200));
  assert.deepEqual(await ask(200, 9999), range(250).slice(200));
  assert.deepEqual(await ask(6, 3), []);
});

Deno.test("R10 a history of long messages is cut at half a megabyte, and goes on from there", async () => {
  await using world = await createWorld();
  const [ada, bo] = await people(world);
  await Promise.all(
    range(200).map(() => world.chat.send(ada.id, { receiverId: bo.id, content: "x".repeat(5000) })),
  );
  const b = await world.connect(bo);
  const { id: conversationId } = (await world.chat.getConversation(bo.id, ada.id))!;
  let last = 0;
  let parts = 0;
  while (last < 200) {
    b.send({ type: "history", conversationId, after: last, upTo: 200 });
    await b.waitFor("history", ++parts);
    const seqs = b.of("history")[parts - 1]!.messages.map(({ seq }) => seq);
    assert.equal(seqs[0], last + 1);
    last = seqs.at(-1)!;
  }
  assert.ok(parts > 1);
  assert.equal(b.closed, null);
});

Deno.test("R8 somebody taken out of a room hears so, and then nothing more", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = await people(world);
  const admin = { userId: ada.id, role: "admin" } as const;
  const room = await world.rooms.create(admin, { name: "Cohort", memberIds: [bo.id, cy.id] });
  const [a, b, c] = [await world.connect(ada), await world.connect(bo), await world.connect(cy)];
  await world.rooms.removeMember(admin, room.id, bo.id);
  assert.equal((await b.wait("conversation.removed")).conversationId, room.id);
  const { rev, ...left } = await c.wait("members");
  assert.deepEqual(left, {
    type: "members",
    conversationId: room.id,
    joined: false,
    userIds: [bo.id],
    memberCount: 2,
  });
  a.send({ type: "send", clientId: "1", conversationId: room.id, content: "among us" });
  assert.equal((await c.wait("message")).rev, rev + 1);
  await quiet(b);
  assert.equal(b.of("message").length, 0);
});

Deno.test("a window is visible only while one of its sockets says so", async () => {
  await using world = await createWorld();
  const [ada] = await people(world);
  const [one, two] = [await world.connect(ada), await world.connect(ada)];
  assert.equal(world.hub.isVisible(ada.id), false);
  one.send({ type: "visibility", visible: true });
  await quiet(one);
  assert.equal(world.hub.isVisible(ada.id), true);
  two.send({ type: "visibility", visible: false });
  await quiet(two);
  assert.equal(world.hub.isVisible(ada.id), true);
  await one.close();
  await quiet(two);
  assert.equal(world.hub.isVisible(ada.id), false);
  assert.equal(world.hub.isOnline(ada.id), true);
});
