import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { createPasswordHasher } from "./password.ts";

const cheap = { N: 16, r: 1, p: 1 };

Deno.test("password: the right one fits, another does not", async () => {
  const passwords = createPasswordHasher(cheap);
  const stored = await passwords.hash("correct horse");
  assert.equal(await passwords.verify("correct horse", stored), true);
  assert.equal(await passwords.verify("correct hors", stored), false);
  assert.equal(await passwords.verify("", stored), false);
});

Deno.test("password: two hashes of one password differ, and neither holds it", async () => {
  const passwords = createPasswordHasher(cheap);
  const [a, b] = await Promise.all([passwords.hash("same"), passwords.hash("same")]);
  assert.notEqual(a?.hash, b?.hash);
  assert.ok(!JSON.stringify(a).includes("same"));
});

Deno.test("password: a hash keeps its own parameters when the cost rises", async () => {
  const old = await createPasswordHasher(cheap).hash("from last year");
  const today = createPasswordHasher({ N: 32, r: 1, p: 1 });
  assert.equal(await today.verify("from last year", old), true);
  assert.equal(today.isOutdated(old), true);
  assert.equal(today.isOutdated(await today.hash("from last year")), false);
});

Deno.test("password: letters that look the same are the same, however they were composed", async () => {
  const passwords = createPasswordHasher(cheap);
  const stored = await passwords.hash("cafe\u0301 au lait");
  assert.equal(await passwords.verify("caf\u00e9 au lait", stored), true);
});

Deno.test("password: nobody's password is wrong, after a whole computation", async () => {
  const passwords = createPasswordHasher(); // the product's own cost
  const stored = await passwords.hash("correct horse");
  const timed = async (against: typeof stored | null) => {
    const from = performance.now();
    assert.equal(await passwords.verify("wrong", against), false);
    return performance.now() - from;
  };
  const [known, unknown] = [await timed(stored), await timed(null)];
  // The same work: neither is ever a quarter of the other, however busy the machine is.
  assert.ok(unknown > known / 4 && known > unknown / 4, `${known} ms and ${unknown} ms`);
});

Deno.test("R10 passwords: past 64 that wait the answer is unavailable, the others get theirs", async () => {
  const passwords = createPasswordHasher({ N: 1024, r: 8, p: 1 });
  const all = await Promise.allSettled(
    Array.from({ length: 80 }, () => passwords.verify("x", null)),
  );
  const refused = all.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 80 - 64 - 2);
  for (const { reason } of refused) {
    assert.ok(reason instanceof AppError);
    assert.equal(reason.code, "unavailable");
    assert.ok((reason.retryAfter ?? 0) > 0);
  }
  assert.equal(await passwords.verify("x", null), false);
});
