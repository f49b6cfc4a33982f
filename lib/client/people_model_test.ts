import assert from "node:assert/strict";
import { ben, cat, createClientWorld } from "../testing/client_world.ts";
import { settle } from "../testing/fake_clock.ts";

async function world() {
  const all = createClientWorld();
  all.server.store(ben, ben, "Hi");
  const page = all.page();
  const people = [{ id: "ann", name: "Ann", avatar: null }, ben, cat];
  page.browser.routes["GET /api/users"] = ({ url }) => ({
    data: people.filter(({ name }) => name.startsWith(url.searchParams.get("query") ?? "")),
    page: { before: null, after: null },
  });
  page.model.start();
  await settle();
  const asked = () => page.browser.requests.filter((r) => r.startsWith("GET /api/users"));
  return { ...all, ...page, people: page.model.people, asked };
}

Deno.test("one pause in typing is one request, without oneself; what is known is found at once", async () => {
  const { people, clock, asked } = await world();
  for (const text of ["B", "Be", "Ben "]) {
    people.query.value = text;
    await clock.advance(100);
  }
  assert.deepEqual(people.conversations.value.map((c) => c.row.peek().partner?.name), ["Ben"]);
  assert.equal(people.status.peek().kind, "loading");
  await clock.advance(100);
  assert.deepEqual(people.results.peek(), [ben]);
  assert.deepEqual(asked(), ["GET /api/users?query=Ben"]);
  people.query.value = "A";
  await clock.advance(200);
  assert.deepEqual(people.results.peek(), []);
  people.query.value = "";
  assert.equal(people.status.peek().kind, "idle");
});

Deno.test("a slow answer to an older query is dropped; a failure says so", async () => {
  const { people, clock, browser } = await world();
  const slow = Promise.withResolvers<unknown>();
  const route = browser.routes["GET /api/users"];
  browser.routes["GET /api/users"] = () => slow.promise;
  people.query.value = "C";
  await clock.advance(200);
  if (route) browser.routes["GET /api/users"] = route;
  people.query.value = "B";
  await clock.advance(200);
  slow.resolve({ data: [cat], page: { before: null, after: null } });
  await settle();
  assert.deepEqual(people.results.peek(), [ben]);
  delete browser.routes["GET /api/users"];
  people.query.value = "Be";
  await clock.advance(200);
  assert.equal(people.status.peek().kind, "failed");
});

Deno.test("whoever was seen is known by id", async () => {
  const { people, server } = await world();
  assert.equal(people.get("ben")?.name, "Ben");
  assert.equal(people.get("cat"), null);
  server.say(ben, { ...ben, name: "Benjamin" }, "new name");
  assert.equal(people.get("ben")?.name, "Benjamin");
});
