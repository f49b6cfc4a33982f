/** Who is told the figures of a real process. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { startServer } from "../support/server.ts";

const SECRET = "a secret that only tests of metrics know of";

function tokenOf(id: string, role: string): Promise<string> {
  return new SignJWT({ sub: id, name: id, role }).setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h").sign(new TextEncoder().encode(SECRET));
}

Deno.test("GET /metrics: Prometheus text for this machine, admins and keys with the scope", async () => {
  await using server = await startServer({ env: { JWT_SECRET: SECRET } });
  // As a proxy would pass it on: so that only who asks counts.
  const forwarded = { "x-forwarded-for": "192.0.2.1" };
  const read = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.origin}/metrics`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const bearer = async (role: string) => ({
    ...forwarded,
    authorization: `Bearer ${await tokenOf(`some-${role}`, role)}`,
  });

  const here = await read({});
  assert.equal(here.status, 200);
  assert.match(here.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(here.text, /^skilllink_build_info\{version="[\d.]+"\} 1$/m);
  assert.match(here.text, /^process_resident_memory_bytes \d+/m);
  assert.match(
    here.text,
    /skilllink_http_requests_total\{.*route="\/api\/ready",status="200"\} \d/,
  );

  const stranger = await read(forwarded);
  assert.equal(stranger.status, 401);
  assert.equal(JSON.parse(stranger.text).error.code, "unauthenticated");
  assert.equal((await read(await bearer("member"))).status, 403);
  assert.equal((await read(await bearer("admin"))).status, 200);

  const made = await fetch(`${server.origin}/api/keys`, {
    method: "POST",
    headers: { ...await bearer("admin"), "content-type": "application/json" },
    body: JSON.stringify({ name: "Prometheus", scopes: ["metrics:read"] }),
  });
  assert.equal(made.status, 201);
  const { data: { key } } = await made.json();
  const asKey = { ...forwarded, authorization: `Bearer ${key}` };
  assert.equal((await read(asKey)).status, 200);
  const other = await fetch(`${server.origin}/api/users?query=a`, { headers: asKey });
  assert.equal(other.status, 403);
  await other.body?.cancel();
});
