import assert from "node:assert/strict";
import { ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { createFakeBrowser, Refusal } from "../testing/fake_browser.ts";
import { settle } from "../testing/fake_clock.ts";
import { createModel, getModel } from "./model.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.content);

Deno.test("a revoked session signs out with the way back; drafts and unsent messages stay", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, chat } = await openWithBen(world);
  server.answers = false;
  chat.send("unsent");
  await settle();
  server.network.socket.drop(4001);
  assert.deepEqual(model.connection.state.peek(), {
    kind: "signed_out",
    reason: "ended",
    returnTo: "/chat/d_ben?x=1",
  });
  assert.equal(model.me.peek(), null);
  assert.equal((await world.store.listOutbox()).length, 1);
});

Deno.test("a 401 over HTTP ends the connection too; a refused handshake is looked into that way", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { model, browser } = await openWithBen(world);
  browser.routes["GET /api/users/me"] = () => {
    throw new Refusal("unauthenticated", 401);
  };
  server.network.up = false;
  server.network.socket.drop();
  await clock.advance(5000);
  assert.equal(model.connection.state.peek().kind, "signed_out");
});

Deno.test("signing out forgets this browser's drafts and unsent messages; a failure changes nothing", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, chat, browser } = await openWithBen(world);
  server.answers = false;
  chat.send("unsent");
  await settle();
  assert.equal(await model.signOut(), false);
  assert.equal(model.toasts.items.peek()[0]?.kind, "failure");
  assert.equal(model.connection.state.peek().kind, "online");
  browser.routes["POST /api/auth/logout"] = () => undefined;
  assert.equal(await model.signOut(), true);
  const state = model.connection.state.peek();
  assert.equal(state.kind === "signed_out" && state.reason, "left");
  assert.equal(server.network.socket.closedByClient, 1000);
  assert.deepEqual(await world.store.listOutbox(), []);
});

Deno.test("signing out is an own sign-out also where the socket hears of it before the answer", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, browser } = await openWithBen(world);
  browser.routes["POST /api/auth/logout"] = () => server.network.socket.drop(4001);
  assert.equal(await model.signOut(), true);
  const state = model.connection.state.peek();
  assert.equal(state.kind === "signed_out" && state.reason, "left");
});

Deno.test("on the server each rendering has its own model, which touches nothing", () => {
  const world = createClientWorld();
  world.server.store(ben, ben, "Hi");
  const initial = world.initial(ben);
  const model = getModel(initial);
  assert.equal(getModel(initial), model);
  assert.notEqual(getModel(world.initial(ben)), model);
  const chat = model.chat.current.peek();
  assert.deepEqual(chat && texts(chat), ["Hi"]);
  assert.equal(chat?.dividerSeq.peek(), 1);
  assert.equal(model.badge.title.peek(), "(1) SkillLink");
  assert.equal(model.now.peek(), Date.parse(initial.renderedAt));
});

Deno.test("nobody signed in: nothing connects", async () => {
  const world = createClientWorld();
  const { model } = world.page({ initial: { ...world.initial(), me: null } });
  model.start();
  await settle();
  assert.equal(world.server.network.sockets.length, 0);
});

Deno.test("a model needs no browser beyond the one that it is given", () => {
  const world = createClientWorld();
  const model = createModel(world.initial(), { browser: createFakeBrowser(world.server.network) });
  assert.equal(model.connection.state.peek().kind, "idle");
});
