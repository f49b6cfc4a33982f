import assert from "node:assert/strict";
import { parseConfig } from "../config.ts";
import { greeting, notConfigured } from "./greeting.ts";

Deno.test("greeting: an address that can be opened, the storage, and what is not set", () => {
  const lines = greeting(parseConfig({}), 8000).split("\n");
  assert.equal(lines[0], "SkillLink is ready at http://localhost:8000");
  assert.match(lines[1] ?? "", /Storage +\.\/data\/skilllink\.sqlite3/);
  assert.match(lines[2] ?? "", /Not set +VAPID_SUBJECT: /);
  assert.equal(lines.length, 2 + notConfigured(parseConfig({})).length);
});

Deno.test("greeting: the port that was given by the system, the host that was named", () => {
  assert.match(greeting(parseConfig({ HOST: "127.0.0.1", PORT: "0" }), 4321), /127\.0\.0\.1:4321/);
  assert.match(greeting(parseConfig({ HOST: "::1" }), 8000), /http:\/\/\[::1\]:8000/);
});

Deno.test("greeting: the public origin where there is one", () => {
  const config = parseConfig({ APP_ORIGIN: "https://chat.example.org" });
  assert.match(greeting(config, 8000), /ready at https:\/\/chat\.example\.org/);
});

Deno.test("greeting: nothing is missing when everything is set, and no secret is shown", () => {
  const config = parseConfig({
    APP_ORIGIN: "https://chat.example.org",
    JWT_SECRET: "s".repeat(40),
    VAPID_SUBJECT: "mailto:ops@example.org",
    VAPID_PUBLIC_KEY:
      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
    VAPID_PRIVATE_KEY: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    ADMIN_EMAILS: "ada@example.org",
    DENO_KV_URL: "http://127.0.0.1:4512",
    DENO_KV_ACCESS_TOKEN: "token-of-the-store",
  });
  assert.deepEqual(notConfigured(config), []);
  const text = greeting(config, 8000);
  assert.match(text, /http:\/\/127\.0\.0\.1:4512 \(KV server\)/);
  assert.doesNotMatch(text, /sssss|yfWPi|token-of-the-store/);
});

Deno.test("greeting: an admin's address is one that push services may write to", () => {
  const missing = (environment: Record<string, string>) =>
    notConfigured(parseConfig(environment)).some((line) => line.startsWith("VAPID_SUBJECT"));
  assert.equal(missing({ ADMIN_EMAILS: "ada@example.org" }), false);
  assert.equal(missing({ ADMIN_EMAILS: "," }), true);
});

Deno.test("greeting: one way of signing in from outside is enough", () => {
  const config = parseConfig({ AUTH_JWKS_URL: "https://id.example.org/jwks" });
  assert.ok(!notConfigured(config).some((line) => line.includes("JWT_SECRET")));
});
