/** The pages, as the first HTML that a browser gets. */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createPageWorld } from "../lib/testing/page_world.ts";

const titleOf = (html: string) => /<title>([^<]*)<\/title>/.exec(html)?.[1];

Deno.test("whoever is not signed in is sent to the sign-in page, with the way back", async () => {
  await using world = await createPageWorld();
  for (const path of ["/chat", "/chat/abc?at=3", "/notifications", "/settings"]) {
    const { status, headers } = await world.get(path);
    equal(status, 303);
    equal(headers.get("location"), `/sign-in?next=${encodeURIComponent(path)}`);
  }
  equal((await world.get("/")).headers.get("location"), "/sign-in");
});

Deno.test("whoever is signed in goes on at once, never to another site", async () => {
  await using world = await createPageWorld();
  const ann = await world.person("Ann");
  const next = async (path: string) => (await world.get(path, ann)).headers.get("location");
  equal(await next("/"), "/chat");
  equal(await next("/sign-in?next=%2Fsettings"), "/settings");
  equal(await next("/sign-in?next=https%3A%2F%2Fevil.example%2F"), "/chat");
  equal(await next("/sign-up?next=%2F%2Fevil.example"), "/chat");
});

Deno.test("the first HTML has the list and the newest messages", async () => {
  await using world = await createPageWorld();
  const [ann, ben] = [await world.person("Ann Sender"), await world.person("Ben")];
  const { message } = await world.services.chat.send(ann.id, {
    receiverId: ben.id,
    content: "Hello & welcome <b>Ben</b>",
  });
  const list = await world.get("/chat", ben);
  equal(list.status, 200);
  match(list.html, /Ann Sender/);
  equal(titleOf(list.html), "Chat · SkillLink");

  const open = await world.get(`/chat/${message.conversationId}`, ben);
  equal(titleOf(open.html), "Ann Sender · SkillLink");
  match(open.html, /role="log"/);
  match(open.html, /Hello &amp; welcome &lt;b>Ben&lt;\/b>/);
  match(open.headers.get("cache-control") ?? "", /private/);
});

Deno.test("a person one never wrote to has a page, oneself has none", async () => {
  await using world = await createPageWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben New")];
  const page = await world.get(`/chat/${ben.id}`, ann);
  equal(page.status, 200);
  match(page.html, /Say hello to .?Ben New/);
  equal((await world.get(`/chat/${ann.id}`, ann)).status, 404);
});

Deno.test("R8 a conversation of others looks like none at all", async () => {
  await using world = await createPageWorld();
  const [ann, ben, eve] = [
    await world.person("Ann"),
    await world.person("Ben"),
    await world.person("Eve"),
  ];
  const { message } = await world.services.chat.send(ann.id, {
    receiverId: ben.id,
    content: "Secret",
  });
  const foreign = await world.get(`/chat/${message.conversationId}`, eve);
  const nothing = await world.get("/chat/d_AAAAAAAAAAAAAAAAAAAAAA", eve);
  equal(foreign.status, 404);
  equal(nothing.status, 404);
  const told = (html: string) => html.replace(/<head>.*<\/head>|nonce="[^"]*"/gs, "");
  equal(told(foreign.html), told(nothing.html));
  ok(!foreign.html.includes("Secret"));
});

Deno.test("nothing in a page needs what its policy forbids", async () => {
  await using world = await createPageWorld();
  const ann = await world.person("Ann");
  await world.services.chat.send(ann.id, {
    receiverId: (await world.person("Ben")).id,
    content: "Hi",
  });
  for (const path of ["/sign-in", "/sign-up", "/chat", "/notifications", "/settings", "/nowhere"]) {
    const { html, headers } = await world.get(path, path.startsWith("/sign") ? undefined : ann);
    const policy = headers.get("content-security-policy") ?? "";
    ok(!/unsafe-inline/.test(policy), path);
    ok(!/<[^>]+\sstyle=/.test(html), `${path} has a style attribute`);
    ok(!/<[^>]+\son\w+=/.test(html), `${path} has an inline handler`);
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
      ok(/nonce=|type="application\/json"/.test(tag), `${path}: ${tag}`);
    }
  }
});

Deno.test("a wrong password keeps the address, not the password", async () => {
  await using world = await createPageWorld();
  await world.person("Ann");
  const { status, html } = await world.post("/sign-in", {
    email: "ann@example.org",
    password: "not this one",
    next: "/settings",
  });
  equal(status, 401);
  match(html, /E-mail or password is wrong/);
  match(html, /value="ann@example\.org"/);
  match(html, /name="next" value="\/settings"/);
  ok(!html.includes("not this one"));
});

Deno.test("a sign-in by form says which field is missing, one at a time", async () => {
  await using world = await createPageWorld();
  const wrongFields = async (fields: Record<string, string>) => {
    const { status, html } = await world.post("/sign-in", fields);
    equal(status, 400);
    return html.match(/<input[^>]*aria-invalid="true"[^>]*>/g)?.map((tag) =>
      /name="(\w+)"/.exec(tag)?.[1]
    );
  };
  deepEqual(await wrongFields({}), ["email"]);
  deepEqual(await wrongFields({ email: "ann@example.org", password: "" }), ["password"]);
});

Deno.test("a sign-in by form sets the cookie and goes on", async () => {
  await using world = await createPageWorld();
  await world.person("Ann");
  const fields = { email: "ann@example.org", password: "long enough", next: "/settings" };
  const { status, headers } = await world.post("/sign-in", fields);
  equal(status, 303);
  equal(headers.get("location"), "/settings");
  match(headers.get("set-cookie") ?? "", /^skilllink_session=[\w-]{43};.*HttpOnly; SameSite=Lax/);
  const elsewhere = await world.post("/sign-in", { ...fields, next: "//evil.example" });
  equal(elsewhere.headers.get("location"), "/chat");
});

Deno.test("a sign-up says what is wrong with each field, and that an address is taken", async () => {
  await using world = await createPageWorld();
  await world.person("Ann");
  const wrong = await world.post("/sign-up", { name: " ", email: "x", password: "short" });
  equal(wrong.status, 400);
  equal(wrong.html.match(/aria-invalid="true"/g)?.length, 3);
  const taken = await world.post("/sign-up", {
    name: "Another Ann",
    email: "ann@example.org",
    password: "long enough",
  });
  equal(taken.status, 409);
  match(taken.html, /There is an account with this e-mail already/);
  match(taken.html, /value="Another Ann"/);
  ok(!taken.headers.has("set-cookie"));
});

Deno.test("a form that is not one is refused without a stack", async () => {
  await using world = await createPageWorld();
  const { status, html } = await world.ask(
    new Request("http://localhost/sign-in", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "x",
    }),
  );
  equal(status, 415);
  ok(!html.includes(".ts:"));
});

Deno.test("a page speaks the reader's language and has their colours", async () => {
  await using world = await createPageWorld();
  const german = await world.get("/sign-in", undefined, { "accept-language": "de-AT,en;q=0.5" });
  match(german.html, /<html lang="de" dir="ltr"/);
  match(german.html, /Willkommen zurück/);
  const chosen = await world.get("/sign-in", undefined, {
    "accept-language": "de",
    cookie: "skilllink_locale=en; skilllink_theme=dark",
  });
  match(chosen.html, /<html lang="en" dir="ltr" data-theme="dark"/);
  match(chosen.html, /Welcome back/);
});

Deno.test("times are the reader's from the first HTML on", async () => {
  await using world = await createPageWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  await world.services.chat.send(ann.id, { receiverId: ben.id, content: "Hi" });
  const shown = async (zone: string) => {
    const { html } = await world.get("/chat", ben, {
      cookie: `skilllink_tz=${encodeURIComponent(zone)}`,
      "accept-language": "de",
    });
    return /<time[^>]*>([^<]*)<\/time>/.exec(html)?.[1];
  };
  const [berlin, tokyo] = [await shown("Europe/Berlin"), await shown("Asia/Tokyo")];
  ok(berlin);
  notEqual(berlin, tokyo);
});

Deno.test("no page is for a cache that others share, not even one that is not there", async () => {
  await using world = await createPageWorld();
  const ann = await world.person("Ann");
  for (const path of ["/", "/chat", "/settings", "/nothing/here"]) {
    const { headers } = await world.get(path, ann);
    match(headers.get("cache-control") ?? "", /^private/, path);
  }
});

Deno.test("R10 too many pages are answered with a page that says so, in the reader's language", async () => {
  await using world = await createPageWorld({ RATE_LIMIT_SCALE: "0.02" });
  const ann = await world.person("Ann");
  for (let i = 0; i < 6; i++) equal((await world.get("/chat", ann)).status, 200);
  const { status, headers, html } = await world.get("/chat", ann, { "accept-language": "de" });
  equal(status, 429);
  ok(Number(headers.get("retry-after")) >= 1);
  equal(headers.get("content-type"), "text/html; charset=utf-8");
  match(headers.get("content-security-policy") ?? "", /default-src 'self'/);
  ok(headers.has("x-request-id"));
  match(html, /^<!DOCTYPE html><html lang="de"/i);
  match(titleOf(html) ?? "", /Zu viele Anfragen/);
});

Deno.test("R10 a sign-in that is tried too often says when to come back", async () => {
  await using world = await createPageWorld({ RATE_LIMIT_SCALE: "0.1" });
  const fields = { email: "ann@example.org", password: "wrong one" };
  equal((await world.post("/sign-in", fields)).status, 401);
  const { status, headers, html } = await world.post("/sign-in", fields);
  equal(status, 429);
  equal(headers.get("retry-after"), "300");
  match(html, /name="email"/);
});

Deno.test("an address that names nothing helps on", async () => {
  await using world = await createPageWorld();
  const { status, html } = await world.get("/nowhere");
  equal(status, 404);
  match(html, /There is nothing here/);
  match(html, /href="\/chat"/);
});

Deno.test("the manifest names icons that are there", async () => {
  await using world = await createPageWorld();
  const { status, headers, html } = await world.get("/manifest.webmanifest", undefined, {
    "accept-language": "de",
  });
  equal(status, 200);
  match(headers.get("content-type") ?? "", /^application\/manifest\+json/);
  const manifest = JSON.parse(html);
  equal(manifest.name, "SkillLink");
  equal(manifest.shortcuts[1].name, "Mitteilungen");
  for (const { src } of manifest.icons) {
    const { isFile } = await Deno.stat(new URL(`../static${src}`, import.meta.url));
    ok(isFile, src);
  }
});
