import assert from "node:assert/strict";
import { BellReader } from "../notifications/bell_reader.ts";
import { storedRows } from "../notifications/bell_rows.ts";
import { createPreferenceService } from "../notifications/preference_service.ts";
import { createRestWorld, type RestWorld } from "../testing/rest_world.ts";

const PREFERENCES = "/api/notifications/preferences";
const CATEGORIES = "/api/notifications/categories";
const QUIET = { timeZone: "Europe/Berlin", days: [0, 6], from: "22:00", to: "07:00" };

async function school() {
  const world = await createRestWorld();
  const { store: { kv }, journal, users } = world;
  const rooms = { placesOf: () => Promise.resolve([]), peekPlaces: () => [] };
  const reader = new BellReader({ kv, users, rooms });
  const chat = {
    mutes: () => Promise.resolve([]),
    getConversation: () => Promise.resolve(null),
    setMuted: () => Promise.reject(new Error("Nobody has a conversation here")),
  };
  const preferences = createPreferenceService({
    kv,
    journal,
    chat,
    readBell: (userId) => reader.read(storedRows(kv), userId),
  });
  world.services.preferences = preferences;
  return { ...world, gate: preferences.gate };
}

async function admin(world: RestWorld) {
  const { id } = await world.person("Root");
  const { key } = await world.services.apiKeys.create(id, { name: "platform", scopes: ["admin"] });
  return key;
}

Deno.test("preferences: each category with its channels, and what is changed alone changes", async () => {
  await using world = await school();
  const { cookie } = await world.person("Ann");
  const before = await world.ask("GET", PREFERENCES, { cookie });
  assert.equal(before.status, 200);
  assert.equal(before.json.data.quietHours, null);
  assert.deepEqual(before.json.data.mutedConversations, []);
  const put = (body: unknown) => world.ask("PUT", PREFERENCES, { cookie, body });
  await put({ quietHours: QUIET });
  const after = await put({ categories: { grades: { push: false } } });
  assert.equal(after.status, 200);
  assert.deepEqual(after.json.data.quietHours, QUIET);
  const changed = before.json.data.categories.map((one: { name: string }) =>
    one.name === "grades" ? { ...one, push: { on: false, fixed: false } } : one
  );
  assert.deepEqual(after.json.data.categories, changed);
  assert.deepEqual((await world.ask("GET", PREFERENCES, { cookie })).json, after.json);
  assert.equal((await put({ quietHours: null })).json.data.quietHours, null);
});

Deno.test("preferences: are each person's own (R8)", async () => {
  await using world = await school();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  await world.ask("PUT", PREFERENCES, { cookie: ann.cookie, body: { quietHours: QUIET } });
  const { json } = await world.ask("GET", PREFERENCES, { cookie: ben.cookie });
  assert.equal(json.data.quietHours, null);
  assert.equal((await world.ask("GET", PREFERENCES)).status, 401);
});

Deno.test("preferences: bad input names its field", async () => {
  await using world = await school();
  const { cookie } = await world.person("Ann");
  const cases: [unknown, string][] = [
    [{ quietHours: { ...QUIET, timeZone: "Mars" } }, "quietHours.timeZone"],
    [{ quietHours: { ...QUIET, from: "25:00" } }, "quietHours.from"],
    [{ quietHours: { ...QUIET, days: [] } }, "quietHours.days"],
    [{ categories: { lottery: { push: false } } }, "categories.lottery"],
    [{ categories: { account: { push: false } } }, "categories.account.push"],
    [{ categories: { message: { bell: true } } }, "categories.message.bell"],
  ];
  for (const [body, path] of cases) {
    const { status, json } = await world.ask("PUT", PREFERENCES, { cookie, body });
    assert.deepEqual([status, json.error.code], [400, "invalid"], path);
    assert.equal(json.error.issues[0].path, path);
  }
  const unknown = await world.ask("PUT", PREFERENCES, { cookie, body: { theme: "dark" } });
  assert.equal(unknown.status, 400);
});

Deno.test("categories: the operator's rules hold for everybody from then on", async () => {
  await using world = await school();
  const { cookie } = await world.person("Ann");
  await world.ask("PUT", PREFERENCES, {
    cookie,
    body: { categories: { grades: { push: false } } },
  });
  const given = await world.ask("GET", CATEGORIES, { cookie });
  const body = given.json.data.map((one: { name: string }) =>
    one.name === "grades" ? { ...one, push: { on: true, fixed: true } } : one
  );
  assert.equal((await world.ask("PUT", CATEGORIES, { cookie, body })).status, 403);
  const token = await admin(world);
  const put = await world.ask("PUT", CATEGORIES, { token, body });
  assert.deepEqual([put.status, put.json.data], [200, body]);
  const read = await world.ask("GET", CATEGORIES, { token });
  assert.deepEqual([read.status, read.json.data], [200, body]);
  const { json } = await world.ask("GET", PREFERENCES, { cookie });
  const grades = json.data.categories.find(({ name }: { name: string }) => name === "grades");
  assert.deepEqual(grades.push, { on: true, fixed: true });
});

Deno.test("categories: none named general, or two of one name, are refused", async () => {
  await using world = await school();
  const token = await admin(world);
  const { json } = await world.ask("GET", CATEGORIES, { cookie: (await world.person("A")).cookie });
  const [message, general] = json.data;
  for (const body of [[], [message], [general, general]]) {
    assert.equal((await world.ask("PUT", CATEGORIES, { token, body })).status, 400);
  }
});

Deno.test("the gate: switched off is suppressed, quiet hours defer, urgent passes", async () => {
  await using world = await school();
  const { id, cookie } = await world.person("Ann");
  const night = Date.parse("2026-11-28T23:00:00Z");
  const ask = (category: string, isUrgent = false) => world.gate(id, { category, isUrgent }, night);
  assert.deepEqual(await ask("grades"), { kind: "send" });
  const body = { quietHours: QUIET, categories: { general: { push: false } } };
  await world.ask("PUT", PREFERENCES, { cookie, body });
  assert.deepEqual(await ask("grades"), {
    kind: "defer",
    until: Date.parse("2026-11-29T06:00:00Z"),
  });
  assert.deepEqual(await ask("grades", true), { kind: "send" });
  assert.equal((await ask("general", true)).kind, "suppress");
  // Nobody has made this category, so it follows "general".
  assert.equal((await ask("lottery")).kind, "suppress");
});

Deno.test("hideContent: each person's choice, unless the site has it so for everybody", async () => {
  await using world = await school();
  const { id, cookie } = await world.person("Ann");
  const [token, other] = [await admin(world), await world.person("Ben")];
  const gate = (userId = id, category: string | null = "grades") =>
    world.gate(userId, { category, isUrgent: false }, world.clock.now());
  const hiding = async () =>
    (await world.ask("GET", PREFERENCES, { cookie })).json.data.hideContent;
  const put = (hideContent: boolean) =>
    world.ask("PUT", PREFERENCES, { cookie, body: { hideContent } });
  assert.deepEqual(await hiding(), { on: false, fixed: false });
  assert.equal((await put(true)).status, 200);
  assert.deepEqual(await hiding(), { on: true, fixed: false });
  assert.deepEqual(await gate(), { kind: "send", hideContent: true });
  assert.deepEqual(await gate(id, null), { kind: "send", hideContent: true });
  assert.deepEqual(await gate(other.id), { kind: "send" });
  await put(false);
  assert.deepEqual(await gate(), { kind: "send" });
  const set = (body: unknown, by: Record<string, string> = { token }) =>
    world.ask("PUT", "/api/admin/push", { ...by, body });
  assert.equal((await set({ hideContent: true }, { cookie })).status, 403);
  assert.deepEqual((await set({ hideContent: true })).json.data, { hideContent: true });
  assert.deepEqual(await hiding(), { on: true, fixed: true });
  assert.deepEqual(await gate(other.id), { kind: "send", hideContent: true });
  const refused = await put(false);
  assert.deepEqual([refused.status, refused.json.error.issues[0].path], [400, "hideContent"]);
  await set({ hideContent: false });
  assert.deepEqual(await hiding(), { on: false, fixed: false });
});
