import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { annUser, ben, cat, createClientWorld, noPush } from "../testing/client_world.ts";
import { createFakeClock, settle, until } from "../testing/fake_clock.ts";
import { keepLastState, recallLastState } from "./last_state.ts";
import { forgetLastState, type Notes } from "./last_user.ts";
import { createModel } from "./model.ts";

/** The notes of one browser. Each test has people of its own: databases go by their ids. */
function browserNotes(): Notes {
  const notes = new Map<string, string>();
  return {
    read: (name) => notes.get(name) ?? null,
    write: (name, value) => void (value === null ? notes.delete(name) : notes.set(name, value)),
  };
}

/** Ann's page in a browser with these notes, connected, with the conversation with Ben open. */
async function page(world: ReturnType<typeof createClientWorld>, notes: Notes, userId = "ann") {
  const initial = world.initial(ben);
  const me = initial.me && { ...initial.me, id: userId };
  const model = createModel({ ...initial, me }, {
    browser: world.browser,
    pushBrowser: noPush,
    store: world.store,
    notes,
  });
  model.start();
  await settle();
  return model;
}

/** Writes what waits to be written, as leaving the page does. */
const leave = (world: ReturnType<typeof createClientWorld>) => world.browser.fire("leave");
const textsOf = (state: Awaited<ReturnType<typeof recallLastState>>) =>
  state?.open?.messages.map(({ content }) => content) ?? [];

Deno.test("what was shown last is there without the server, by either id of its conversation", async () => {
  const world = createClientWorld();
  const notes = browserNotes();
  world.server.store(cat, cat, "from Cat");
  world.server.store(ben, ben, "one");
  await page(world, notes);
  world.server.say(ben, ben, "two");
  leave(world);
  await until(async () => textsOf(await recallLastState("d_ben", notes)).length === 2, "two kept");
  const kept = await recallLastState("ben", notes);
  assert.deepEqual(textsOf(kept), ["one", "two"]);
  assert.equal(kept?.kept, true);
  assert.equal(kept?.me?.id, "ann");
  assert.deepEqual(kept?.conversations.rows.map(({ id }) => id).sort(), ["d_ben", "d_cat"]);
  assert.equal((await recallLastState("d_cat", notes))?.open, null, "it was never open");
  assert.equal(await recallLastState(null, browserNotes()), null, "another browser");
});

Deno.test("a page of what was kept catches up with the server, message by message", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const notes = browserNotes();
  server.store(ben, ben, "one");
  await page(world, notes);
  leave(world);
  await until(async () => textsOf(await recallLastState("d_ben", notes)).length === 1, "kept");
  server.network.socket.drop();
  server.network.up = false;
  server.store(ben, ben, "missed");
  server.store(cat, cat, "of somebody new");
  const kept = await recallLastState("d_ben", notes);
  assert.ok(kept);
  const { model } = world.page({ initial: kept });
  model.start();
  await settle();
  const chat = model.chat.current.peek();
  assert.ok(chat);
  const texts = () => chat.messages.peek().map(({ message }) => message.content);
  assert.deepEqual(texts(), ["one"]);
  assert.equal(chat.send("in the tunnel"), "ok");
  assert.deepEqual(texts(), ["one", "in the tunnel"]);
  server.network.up = true;
  await clock.advance(30_000);
  await settle();
  assert.deepEqual(texts(), ["one", "missed", "in the tunnel"]);
  assert.deepEqual(server.conversation(ben).messages.map(({ content }) => content), texts());
  assert.equal(model.chat.conversations.peek().length, 2, "the list is read again");
});

Deno.test("a conversation that was kept is shown where its messages can't be loaded", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const notes = browserNotes();
  server.store(cat, cat, "from Cat");
  server.store(ben, ben, "from Ben");
  const first = await page(world, notes);
  first.chat.open("d_cat");
  await settle();
  leave(world);
  await until(async () => textsOf(await recallLastState("d_cat", notes)).length === 1, "kept");
  server.network.socket.drop();
  server.network.up = false;

  const second = await page(world, notes);
  const answer = world.browser.routes["GET /api/messages/conversation/d_cat"]!;
  world.browser.routes["GET /api/messages/conversation/d_cat"] = () => {
    throw new TypeError("failed to fetch");
  };
  const chat = second.chat.open("d_cat");
  await until(() => chat.status.peek().kind === "ready", "Cat's messages");
  assert.deepEqual(chat.messages.peek().map(({ message }) => message.content), ["from Cat"]);
  world.browser.routes["GET /api/messages/conversation/d_cat"] = answer;
  server.store(cat, cat, "missed");
  server.network.up = true;
  await clock.advance(30_000);
  await until(() => chat.messages.peek().length === 2, "what was missed");
});

Deno.test("what was delivered once stays delivered on the next page, whoever is there", async () => {
  const world = createClientWorld();
  const { server } = world;
  const notes = browserNotes();
  server.store(ben, server.me, "hello");
  const first = await page(world, notes);
  const state = (model: typeof first) => model.chat.current.peek()?.messages.peek()[0]?.state;
  assert.equal(state(first), "sent");
  server.tell({ type: "presence", userId: "ben", online: true, lastSeenAt: null });
  assert.equal(state(first), "delivered");
  server.tell({ type: "presence", userId: "ben", online: false, lastSeenAt: null });
  assert.equal(state(first), "delivered");
  leave(world);
  await until(async () => textsOf(await recallLastState("d_ben", notes)).length === 1, "kept");
  const second = await page(world, notes);
  await until(() => state(second) === "delivered", "two ticks");
  // What came after that is another matter.
  server.say(ben, server.me, "again");
  assert.deepEqual(
    second.chat.current.peek()?.messages.peek().map(({ state }) => state),
    ["delivered", "sent"],
  );
});

Deno.test("nothing is left after signing out, on the sign-in page, and for somebody else", async () => {
  const world = createClientWorld();
  const notes = browserNotes();
  world.server.store(ben, ben, "a secret");
  world.browser.routes["POST /api/auth/logout"] = () => undefined;
  const isKept = async () => textsOf(await recallLastState("d_ben", notes)).length > 0;
  const keep = async () => {
    const model = await page(world, notes);
    leave(world);
    await until(isKept, "the secret is kept");
    return model;
  };
  assert.equal(await (await keep()).signOut(), true);
  assert.equal(await isKept(), false);
  assert.equal(notes.read("skilllink-last-user"), null);

  await keep();
  await forgetLastState(notes);
  assert.equal(await isKept(), false);

  await keep();
  world.server.network.socket.drop(4001);
  await until(async () => !await isKept(), "a session that was revoked leaves nothing");

  await keep();
  await page(world, notes, "somebody-else");
  await until(() => notes.read("skilllink-last-user") === "somebody-else", "the other is here");
  notes.write("skilllink-last-user", "ann");
  await until(async () => !await isKept(), "nothing of Ann is left");
});

Deno.test("R10 the pages of the thirty conversations that were shown last are kept", async () => {
  const notes = browserNotes();
  const clock = createFakeClock();
  const world = createClientWorld();
  world.server.store(ben, ben, "one");
  const { conversations, open, notifications, ...rest } = world.initial(ben);
  assert.ok(open);
  const shown = signal(0);
  const keeper = await keepLastState({
    userId: "bounded",
    clock,
    notes,
    restore: () => {},
    snapshot: () => ({
      ...rest,
      me: { ...annUser, id: "bounded" },
      conversations,
      notifications,
      delivered: {},
      pages: [{ ...open, key: `c${shown.value}`, row: { ...open.row, id: `c${shown.value}` } }],
    }),
  });
  for (let n = 0; n <= 34; n++) {
    shown.value = n;
    await keeper.saveNow();
  }
  const isKept = async (n: number) => (await recallLastState(`c${n}`, notes))?.open !== null;
  assert.deepEqual(await Promise.all([4, 5, 34].map(isKept)), [false, true, true]);
  assert.equal((await keeper.page("c4")) === null, true);
  await keeper.forget(true);
  shown.value = 99;
  await keeper.saveNow();
  assert.equal(await keeper.page("c99"), null, "nothing is kept after that");
});
