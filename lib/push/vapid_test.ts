import assert from "node:assert/strict";
import { importJWK, jwtVerify } from "jose";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createVapidSigner } from "./vapid.ts";

const keys = webpush.generateVAPIDKeys();
const subject = "mailto:ops@example.org";
const source = {
  subject,
  find: (publicKey: string) => Promise.resolve(publicKey === keys.publicKey ? keys : null),
};
const origin = "https://push.example";
const tokenOf = (header: string | null) => /^vapid t=([^,]+), k=/.exec(header ?? "")?.[1] ?? "";

async function verify(token: string, publicKey: string, now: number) {
  const point = Uint8Array.fromBase64(publicKey, { alphabet: "base64url" });
  const part = (from: number, to: number) =>
    point.slice(from, to).toBase64({ alphabet: "base64url", omitPadding: true });
  const jwk = { kty: "EC", crv: "P-256", x: part(1, 33), y: part(33, 65) };
  return await jwtVerify(token, await importJWK(jwk, "ES256"), {
    algorithms: ["ES256"],
    currentDate: new Date(now),
  });
}

Deno.test("P6 the header proves the key to this origin alone, for less than 24 hours", async () => {
  const clock = createFakeClock();
  const header = await createVapidSigner(source, clock)
    .authorization(origin, keys.publicKey);
  assert.ok(header?.endsWith(`, k=${keys.publicKey}`));
  const { payload, protectedHeader } = await verify(tokenOf(header), keys.publicKey, clock.now());
  assert.equal(protectedHeader.alg, "ES256");
  assert.equal(payload.aud, origin);
  assert.equal(payload.sub, subject);
  assert.ok((payload.exp ?? 0) * 1000 - clock.now() < 24 * 3600 * 1000);
  await assert.rejects(verify(tokenOf(header), webpush.generateVAPIDKeys().publicKey, clock.now()));
});

Deno.test("P6 one JWT an origin is reused for an hour and not longer", async () => {
  const clock = createFakeClock();
  const signer = createVapidSigner(source, clock);
  const [first, atOnce] = await Promise.all([
    signer.authorization(origin, keys.publicKey),
    signer.authorization(origin, keys.publicKey),
  ]);
  assert.equal(first, atOnce);
  await clock.advance(3_599_000);
  assert.equal(await signer.authorization(origin, keys.publicKey), first);
  assert.notEqual(await signer.authorization("https://other.example", keys.publicKey), first);
  await clock.advance(1_000);
  assert.notEqual(await signer.authorization(origin, keys.publicKey), first);
});

Deno.test("P18 a key that was never ours does not sign", async () => {
  const signer = createVapidSigner(source, createFakeClock());
  assert.equal(await signer.authorization(origin, webpush.generateVAPIDKeys().publicKey), null);
});

Deno.test("P6 a subject that vendors refuse stops the start", () => {
  for (const bad of ["", "ops@example.org", "https://localhost/x", "http://example.org"]) {
    assert.throws(
      () => createVapidSigner({ ...source, subject: bad }, createFakeClock()),
      /subject/,
    );
  }
});
