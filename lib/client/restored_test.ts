/** A server whose store was put back from a backup, or is another one: nothing of the old is shown. */
import assert from "node:assert/strict";
import { ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { settle } from "../testing/fake_clock.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) =>
  chat.messages.peek().map(({ message }) => message.content);

/** Ann has three messages of Ben; the server is put back to where there was one, and goes on. */
async function restored({ epoch, said = [] }: { epoch: string; said?: string[] }) {
  const world = createClientWorld();
  const { server, clock } = world;
  const page = await openWithBen(world);
  for (const text of ["1", "2 lost", "3 lost"]) server.say(ben, ben, text);
  await settle();
  assert.deepEqual(texts(page.chat), ["1", "2 lost", "3 lost"]);
  server.network.up = false;
  server.network.socket.drop();
  page.chat.send("written meanwhile");
  server.restore(ben, 1);
  server.epoch = epoch;
  for (const text of said) server.store(ben, ben, text);
  await clock.advance(3000);
  server.network.up = true;
  page.browser.fire("network");
  await clock.advance(60_000);
  return { ...page, server };
}

for (
  const [what, options] of [
    ["an epoch of its own", { epoch: "e2" }],
    ["an epoch of its own, and as many messages as before", { epoch: "e2", said: ["2", "3"] }],
    ["the same epoch, and less than the page has", { epoch: "e1" }],
  ] as [string, { epoch: string; said?: string[] }][]
) {
  Deno.test(`R5 a store that was put back has ${what}: no phantoms, and the outbox is sent`, async () => {
    const { chat, model, server } = await restored(options);
    const all = ["1", ...options.said ?? [], "written meanwhile"];
    assert.deepEqual(texts(chat), all);
    assert.deepEqual(server.conversation(ben).messages.map(({ content }) => content), all);
    const row = chat.row.peek();
    assert.equal(row.seq, all.length);
    assert.equal(row.lastMessage?.content, "written meanwhile");
    assert.equal(chat.unreadCount.peek(), 0);
    assert.equal(model.chat.unsentCount.peek(), 0);
    assert.equal(model.connection.state.peek().kind, "online");
  });
}

Deno.test("what this browser has kept of another store is not shown for long", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  for (const text of ["1", "2 lost"]) server.store(ben, ben, text);
  const initial = { ...world.initial(ben), kept: true as const, epoch: "e0" };
  server.restore(ben, 1);
  server.store(ben, ben, "2");
  const { model } = world.page({ initial });
  model.start();
  await settle();
  await clock.advance(5000);
  const chat = model.chat.current.peek();
  assert.ok(chat);
  assert.deepEqual(texts(chat), ["1", "2"]);
});

Deno.test("R8 a conversation that the older store lacks is gone from the list", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { model } = await openWithBen(world);
  server.say(ben, ben, "new");
  await settle();
  server.forget(ben);
  server.epoch = "e2";
  server.network.socket.drop();
  await settle();
  await clock.advance(10_000);
  assert.deepEqual(model.chat.conversations.peek(), []);
});

Deno.test("the bell is read anew, and old news makes no toast", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { model, browser } = await openWithBen(world);
  const item = (seq: number, title: string) => ({
    id: `n${seq}`,
    seq,
    type: "t",
    title,
    message: "",
    link: null,
    category: "general" as const,
    createdAt: "2026-01-05T09:00:00.000Z",
    seenAt: null,
    readAt: null,
    archivedAt: null,
  });
  const counts = { unreadCount: 1, unseenCount: 1 };
  server.tell({ type: "notification", notification: item(7, "lost"), ...counts });
  await settle();
  assert.deepEqual(model.notifications.items.peek().map(({ title }) => title), ["lost"]);
  browser.routes["GET /api/notifications"] = () => ({
    data: [item(2, "kept")],
    ...counts,
    page: { before: null, after: null },
  });
  server.epoch = "e2";
  server.network.socket.drop();
  await settle();
  await clock.advance(20_000);
  assert.deepEqual(model.notifications.items.peek().map(({ title }) => title), ["kept"]);
  assert.equal(server.network.socket.framesOf("resume")[0]?.notifications, Number.MAX_SAFE_INTEGER);
  server.network.socket.drop();
  await settle();
  await clock.advance(20_000);
  assert.equal(server.network.socket.framesOf("resume")[0]?.notifications, 2);
});
