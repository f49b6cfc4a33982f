import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createECDH } from "node:crypto";
import { createRequire } from "node:module";
import fc from "fast-check";
import { createVirtualDevice } from "../testing/virtual_device.ts";
import { PAYLOAD_MAX_BYTES } from "./push_payload.ts";
import { buildRequest, clampTtl, topicOf, TTL_MAX_SECONDS } from "./push_request.ts";

/** RFC 8291, Appendix A. */
const vector = {
  plaintext: "When I grow up, I want to be a watermelon",
  asPrivate: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  uaPublic:
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  uaPrivate: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  body: "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc" +
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNW" +
    "QexSgSxsj_Qulcy4a-fN",
};
const decode = (value: string) => Uint8Array.fromBase64(value, { alphabet: "base64url" });
const headers = {
  ttlSeconds: 60,
  urgency: "normal",
  tag: "d_1",
  authorization: "vapid t=a, k=b",
} as const;
const endpoint = "https://push.example/1";

Deno.test("P5 the vector of RFC 8291 is reproduced by the library that encrypts our pushes", async () => {
  // web-push draws salt and key itself, so its own encryption module is given those of the vector.
  const folder = await Deno.realPath(new URL("../../node_modules/web-push", import.meta.url));
  const ece = createRequire(`${folder}/package.json`)("http_ece");
  const privateKey = createECDH("prime256v1");
  privateKey.setPrivateKey(vector.asPrivate, "base64url");
  const body: Uint8Array = ece.encrypt(Buffer.from(vector.plaintext), {
    version: "aes128gcm",
    privateKey,
    dh: vector.uaPublic,
    salt: vector.salt,
    authSecret: vector.auth,
  });
  assert.equal(
    new Uint8Array(body).toBase64({ alphabet: "base64url", omitPadding: true }),
    vector.body,
  );
});

Deno.test("P5 the tests' own decryption reads the vector, and nothing that was changed", () => {
  const device = createVirtualDevice({ privateKey: vector.uaPrivate, auth: vector.auth });
  assert.equal(device.keys.p256dh, vector.uaPublic);
  const body = decode(vector.body);
  assert.equal(device.decrypt(body), vector.plaintext);
  body[100] = (body[100] ?? 0) ^ 1;
  assert.throws(() => device.decrypt(body));
  assert.throws(() => createVirtualDevice().decrypt(decode(vector.body)));
});

Deno.test("P5 a request decrypts to its payload, with a fresh salt and key each time", () => {
  const device = createVirtualDevice();
  const make = () => buildRequest({ endpoint, keys: device.keys }, "Grüße 👋", headers).body;
  const [first, second] = [make(), make()];
  assert.equal(device.decrypt(first), "Grüße 👋");
  assert.equal(device.decrypt(second), "Grüße 👋");
  assert.notDeepEqual(first.subarray(0, 16), second.subarray(0, 16));
  assert.notDeepEqual(first.subarray(21, 86), second.subarray(21, 86));
});

Deno.test("P4 the largest payload makes a body of 4,096 bytes in one record", () => {
  const device = createVirtualDevice();
  const payload = "x".repeat(PAYLOAD_MAX_BYTES);
  const { body } = buildRequest({ endpoint, keys: device.keys }, payload, headers);
  assert.equal(body.length, 4096);
  assert.equal(device.decrypt(body), payload);
});

Deno.test("P1 P2 P3 P7 a request says how long, how urgent, what it replaces, and how it is encrypted", () => {
  const device = createVirtualDevice();
  const request = buildRequest({ endpoint, keys: device.keys }, "x", headers);
  assert.equal(request.endpoint, endpoint);
  assert.deepEqual(Object.fromEntries(request.headers), {
    authorization: "vapid t=a, k=b",
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    topic: topicOf("d_1"),
    ttl: "60",
    urgency: "normal",
  });
});

Deno.test("P1 TTL is a whole number from 0 to 2,592,000", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (seconds) => {
    const ttl = clampTtl(seconds);
    return Number.isInteger(ttl) && ttl >= 0 && ttl <= TTL_MAX_SECONDS;
  }));
});

Deno.test("P3 a topic is 32 hex digits, the same for the same tag", () => {
  fc.assert(fc.property(fc.string(), (tag) => {
    return /^[0-9a-f]{32}$/.test(topicOf(tag)) && topicOf(tag) === topicOf(tag);
  }));
  assert.notEqual(topicOf("a"), topicOf("b"));
});

Deno.test("a subscription without usable keys can't be encrypted for", () => {
  const keys = { p256dh: createVirtualDevice().keys.p256dh, auth: "AAAA" };
  assert.throws(() => buildRequest({ endpoint, keys }, "x", headers));
});
