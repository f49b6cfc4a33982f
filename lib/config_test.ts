import assert from "node:assert/strict";
import { ConfigError, configNames, parseConfig } from "./config.ts";

Deno.test("config: nothing is needed, and the defaults are those of the contract", () => {
  const config = parseConfig({});
  assert.equal(config.port, 8000);
  assert.equal(config.host, "0.0.0.0");
  assert.deepEqual(config.store, { kind: "file", path: "./data/skilllink.sqlite3" });
  assert.equal(config.appName, "SkillLink");
  assert.equal(config.pushGraceMs, 5000);
  assert.equal(config.rateLimitScale, 1);
  assert.equal(config.demo, null);
  assert.equal(config.logLevel, "info");
});

Deno.test("config: an empty variable counts as not set", () => {
  assert.equal(parseConfig({ PORT: "", JWT_SECRET: "" }).port, 8000);
});

Deno.test("config: a KV server is used where one is named, Deploy's own store on Deploy", () => {
  const server = { DENO_KV_URL: "http://127.0.0.1:4512", DENO_KV_ACCESS_TOKEN: "token" };
  assert.deepEqual(parseConfig(server).store, { kind: "server", url: "http://127.0.0.1:4512" });
  assert.deepEqual(parseConfig({ DENO_DEPLOYMENT_ID: "d1" }).store, { kind: "deploy" });
});

const bad: [Record<string, string>, RegExp][] = [
  [{ PORT: "eighty" }, /^PORT: given "eighty", but it must be a whole number from 0 to 65535$/],
  [{ PORT: "70000" }, /^PORT: given "70000", but it must be a whole number from 0 to 65535$/],
  [{ PORT: "80.5" }, /^PORT: given "80.5", but it must be a whole number from 0 to 65535$/],
  [{ PORT: " " }, /^PORT: given " ", but it must be a whole number from 0 to 65535$/],
  [{ APP_NAME: " " }, /^APP_NAME: given " ", but it must have 1 to 40 characters$/],
  [{ APP_NAME: "x".repeat(41) }, /^APP_NAME: given "x+", but it must have 1 to 40 characters$/],
  [{ JWT_SECRET: "short" }, /^JWT_SECRET: given a value of 5 characters, but it must have 32/],
  [
    { APP_ORIGIN: "chat.example.org" },
    /^APP_ORIGIN: given "chat.example.org", but it must be an origin/,
  ],
  [{ APP_ORIGIN: "https://a.example/path" }, /^APP_ORIGIN/],
  [{ AUTH_JWKS_URL: "ftp://a.example" }, /^AUTH_JWKS_URL.*must be an http\(s\) URL/],
  [{ ADMIN_EMAILS: "nobody" }, /^ADMIN_EMAILS.*must be e-mail addresses/],
  [{ VAPID_PUBLIC_KEY: "B".repeat(87) }, /^VAPID_PRIVATE_KEY: given nothing, but it must be set/],
  [
    { VAPID_PUBLIC_KEY: "B".repeat(87), VAPID_PRIVATE_KEY: "B".repeat(43) },
    /^VAPID_PRIVATE_KEY: given a value of 43 characters, but it must be the private key of VAPID_PUBLIC_KEY$/,
  ],
  [{ VAPID_SUBJECT: "https://localhost:8000" }, /^VAPID_SUBJECT.*not localhost/],
  [{ VAPID_SUBJECT: "mailto:ops@localhost" }, /^VAPID_SUBJECT.*not localhost/],
  [
    { PUSH_GRACE_SECONDS: "-1" },
    /^PUSH_GRACE_SECONDS: given "-1", but it must be a number of seconds from 0 to 3600$/,
  ],
  [
    { PUSH_GRACE_SECONDS: " " },
    /^PUSH_GRACE_SECONDS: given " ", but it must be a number of seconds/,
  ],
  [{ PUSH_ALLOWED_ORIGINS: "push.example" }, /^PUSH_ALLOWED_ORIGINS/],
  [{ RATE_LIMIT_SCALE: "0" }, /^RATE_LIMIT_SCALE: given "0", but it must be a number above 0$/],
  [{ RATE_LIMIT_SCALE: "1e999" }, /^RATE_LIMIT_SCALE.*must be a number above 0$/],
  [{ DEMO: "yes" }, /^DEMO: given "yes", but it must be on or off$/],
  [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL: given "loud"/],
  [{ DENO_KV_URL: "http://127.0.0.1:4512" }, /^DENO_KV_ACCESS_TOKEN: given nothing/],
];
for (const [environment, message] of bad) {
  Deno.test(`config: refuses ${Object.entries(environment)[0]?.join("=")}`, () => {
    assert.throws(() => parseConfig(environment), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("config: numbers are taken as they are written", () => {
  const config = parseConfig({ PORT: "0", PUSH_GRACE_SECONDS: "0.5", RATE_LIMIT_SCALE: "1e3" });
  assert.deepEqual([config.port, config.pushGraceMs, config.rateLimitScale], [0, 500, 1000]);
});

Deno.test("config: a secret that is refused is not shown", () => {
  assert.throws(() => parseConfig({ JWT_SECRET: "hunter2" }), (error) => {
    assert.ok(error instanceof ConfigError);
    return !error.message.includes("hunter2");
  });
});

Deno.test("config: a VAPID pair that fits is taken", () => {
  // RFC 8291, Appendix A: the application server's pair.
  const publicKey =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
  const privateKey = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
  const given = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
  assert.deepEqual(parseConfig(given).vapid, { publicKey, privateKey });
});

Deno.test("config: every variable of the contract is known", () => {
  const contract = "PORT HOST DATA_DIR DENO_KV_URL DENO_KV_ACCESS_TOKEN APP_NAME APP_ORIGIN " +
    "JWT_SECRET AUTH_JWKS_URL AUTH_ISSUER AUTH_AUDIENCE ADMIN_EMAILS VAPID_PUBLIC_KEY " +
    "VAPID_PRIVATE_KEY VAPID_SUBJECT PUSH_GRACE_SECONDS PUSH_ALLOWED_ORIGINS RATE_LIMIT_SCALE DEMO " +
    "LOG_LEVEL DENO_DEPLOYMENT_ID";
  // OTEL_DENO is the runtime's own; the product only has to know of it.
  assert.deepEqual([...configNames].sort(), [...contract.split(" "), "OTEL_DENO"].sort());
});
