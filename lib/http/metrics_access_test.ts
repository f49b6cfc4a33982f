import assert from "node:assert/strict";
import type { Principal } from "../identity/types.ts";
import { isFromThisMachine, requireMetricsAccess } from "./metrics_access.ts";

const headers = (more: Record<string, string> = {}) =>
  new Headers({ host: "localhost:8000", ...more });

Deno.test("/metrics: this machine is who asks by loopback, directly and by a loopback name", () => {
  for (const peer of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
    assert.ok(isFromThisMachine(peer, headers()), peer);
  }
  for (const host of ["127.0.0.1:9", "[::1]:8000", "LOCALHOST"]) {
    assert.ok(isFromThisMachine("127.0.0.1", headers({ host })), host);
  }
  for (const peer of ["192.0.2.1", "10.127.0.1", "::2", "127.evil", null]) {
    assert.ok(!isFromThisMachine(peer, headers()), String(peer));
  }
});

Deno.test("/metrics: what a proxy passes on, or another name, is not this machine", () => {
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host"]) {
    assert.ok(!isFromThisMachine("127.0.0.1", headers({ [name]: "127.0.0.1" })), name);
  }
  for (const host of ["chat.example.org", "localhost.example.org", "127.0.0.1.example.org"]) {
    assert.ok(!isFromThisMachine("127.0.0.1", headers({ host })), host);
  }
});

Deno.test("/metrics: admins and keys with the scope may read, others may not", () => {
  const user = (role: "admin" | "member"): Principal => ({
    kind: "user",
    userId: "u",
    role,
    sessionId: null,
    expiresAt: null,
    rooms: [],
    via: "bearer",
  });
  const key = (scope: "metrics:read" | "notifications:send" | "admin"): Principal => ({
    kind: "service",
    keyId: "k",
    scopes: [scope],
    via: "bearer",
  });
  const ask = (principal: Parameters<typeof requireMetricsAccess>[0]) => () =>
    requireMetricsAccess(principal, "192.0.2.1", headers());
  assert.doesNotThrow(ask(user("admin")));
  assert.doesNotThrow(ask(key("metrics:read")));
  assert.doesNotThrow(ask(key("admin")));
  assert.throws(ask(user("member")), { code: "forbidden" });
  assert.throws(ask(key("notifications:send")), { code: "forbidden" });
  assert.throws(ask(null), { code: "unauthenticated" });
  // Who signs in on the machine is not more than who they are.
  assert.throws(() => requireMetricsAccess(user("member"), "127.0.0.1", headers()), {
    code: "forbidden",
  });
});
