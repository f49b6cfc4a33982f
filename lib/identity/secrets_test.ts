import assert from "node:assert/strict";
import { openStore } from "../kv/store.ts";
import { resolveSecrets } from "./secrets.ts";

const nothing = { jwtSecret: null, vapid: null };

Deno.test("secrets: made on the first start, the same on the second", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const first = await resolveSecrets(kv, nothing);
  assert.ok(first.jwt.length >= 32);
  assert.match(first.vapid.publicKey, /^B[\w-]{86}$/); // 0x04: an uncompressed point
  assert.match(first.vapid.privateKey, /^[\w-]{43}$/);
  assert.deepEqual(await resolveSecrets(kv, nothing), first);
  close();
});

Deno.test("secrets: servers that start together agree", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const all = await Promise.all(Array.from({ length: 5 }, () => resolveSecrets(kv, nothing)));
  for (const secrets of all) assert.deepEqual(secrets, all[0]);
  close();
});

Deno.test("secrets: what the environment says wins and is not stored", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const made = await resolveSecrets(kv, nothing);
  const given = { jwtSecret: "s".repeat(32), vapid: { publicKey: "p", privateKey: "k" } };
  assert.deepEqual(await resolveSecrets(kv, given), { jwt: given.jwtSecret, vapid: given.vapid });
  assert.deepEqual(await resolveSecrets(kv, nothing), made);
  close();
});

Deno.test("secrets: the pair is one: what the private key signs the public key accepts", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const { vapid } = await resolveSecrets(kv, nothing);
  const point = Uint8Array.fromBase64(vapid.publicKey, { alphabet: "base64url" });
  const part = (from: number) =>
    point.slice(from, from + 32).toBase64({ alphabet: "base64url", omitPadding: true });
  const jwk = { kty: "EC", crv: "P-256", x: part(1), y: part(33) };
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const data = new TextEncoder().encode("push");
  const signer = await crypto.subtle.importKey(
    "jwk",
    { ...jwk, d: vapid.privateKey },
    ecdsa,
    false,
    ["sign"],
  );
  const checker = await crypto.subtle.importKey("jwk", jwk, ecdsa, false, ["verify"]);
  const signature = await crypto.subtle.sign(ecdsa, signer, data);
  assert.equal(await crypto.subtle.verify(ecdsa, checker, signature, data), true);
  close();
});
