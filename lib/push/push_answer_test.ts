import assert from "node:assert/strict";
import { judge, parseRetryAfter, type PushAnswer } from "./push_answer.ts";

const now = Date.UTC(2026, 0, 5, 9, 0, 0);
const answered = (status: number, retryAfter: string | null = null, body = ""): PushAnswer => ({
  kind: "answered",
  status,
  retryAfter,
  body,
});

const cases: [string, PushAnswer, string][] = [
  ["P8 200", answered(200), "accepted"],
  ["P8 201", answered(201), "accepted"],
  ["P8 202", answered(202), "accepted"],
  ["P9 404", answered(404), "gone"],
  ["P9 410", answered(410), "gone"],
  ["P10 413", answered(413), "refused"],
  ["P11 429", answered(429), "retry"],
  ["P12 500", answered(500), "retry"],
  ["P12 503", answered(503), "retry"],
  ["P12 no answer", { kind: "unanswered", reason: "x" }, "retry"],
  ["P13 401", answered(401), "resubscribe"],
  ["P13 403", answered(403), "resubscribe"],
  ["P13 Apple's other key", answered(400, null, '{"reason":"VapidPkHashMismatch"}'), "resubscribe"],
  ["P7 301", answered(301), "refused"],
  ["P7 307", answered(307), "refused"],
  ["400", answered(400), "refused"],
];
for (const [name, answer, kind] of cases) {
  Deno.test(`${name} means ${kind}`, () => assert.equal(judge(answer, now).kind, kind));
}

Deno.test("P11 Retry-After in seconds and as a date is kept to", () => {
  assert.deepEqual(judge(answered(429, "120"), now), {
    kind: "retry",
    status: 429,
    reason: "the push service asks for a pause",
    afterMs: 120_000,
  });
  assert.equal(parseRetryAfter("Mon, 05 Jan 2026 09:01:00 GMT", now), 60_000);
  assert.equal(parseRetryAfter("Mon, 05 Jan 2026 08:00:00 GMT", now), 0);
});

Deno.test("P11 a Retry-After that can't be read counts as none", () => {
  for (const value of [null, "", "soon", "-5", "1.5", "1e9"]) {
    assert.equal(parseRetryAfter(value, now), null, String(value));
  }
});
