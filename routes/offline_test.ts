/** The page that opens without the server must be nobody's: it is kept and shown to whoever comes. */
import { equal, match, ok } from "node:assert/strict";
import { createPageWorld } from "../lib/testing/page_world.ts";

/** Without what is made for each answer. */
const bare = (html: string) => html.replaceAll(/nonce="[^"]*"/g, "");

Deno.test("it is the same for everybody, and names nobody", async () => {
  await using world = await createPageWorld();
  const ann = await world.person("Ann Whoever");
  const theirs = await world.get("/offline", ann);
  const nobodys = await world.get("/offline");
  equal(theirs.status, 200);
  equal(bare(theirs.html), bare(nobodys.html));
  ok(!theirs.html.includes("Ann Whoever"));
  match(theirs.html, /OfflineApp/);
  match(theirs.html, /<meta name="robots" content="noindex"/);
});
