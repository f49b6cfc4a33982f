import assert from "node:assert/strict";
import type { Notification } from "../../lib/shared/notification_schema.ts";
import { singles, stacksOf } from "./stacks.ts";

const AT = "2026-01-05T09:00:00.000Z";
function note(seq: number, group?: string, isRead = false): Notification {
  return {
    id: `n${seq}`,
    seq,
    type: "grade",
    title: `Title ${seq}`,
    message: "text",
    link: null,
    category: "grades",
    ...(group === undefined ? {} : { group }),
    createdAt: AT,
    seenAt: null,
    readAt: isRead ? AT : null,
    archivedAt: null,
  };
}
const shape = (items: Notification[]) =>
  stacksOf(items).map(({ newest, others }) => [newest.seq, ...others.map(({ seq }) => seq)]);

Deno.test("alike ones fold under the newest, adjacent or not", () => {
  const items = [note(5, "a"), note(4), note(3, "a"), note(2, "b"), note(1, "a")];
  assert.deepEqual(shape(items), [[5, 3, 1], [4], [2]]);
});

Deno.test("what has no group is alike to nothing", () => {
  assert.deepEqual(shape([note(2), note(1)]), [[2], [1]]);
});

Deno.test("read ones lie apart from unread ones, and a stack that is read stays one", () => {
  assert.deepEqual(shape([note(3, "a"), note(2, "a", true), note(1, "a", true)]), [[3], [2, 1]]);
  assert.deepEqual(shape([note(2, "a", true), note(1, "a", true)]), [[2, 1]]);
});

Deno.test("none is lost and none is there twice", () => {
  const items = Array.from(
    { length: 60 },
    (_, n) => note(60 - n, n % 4 === 0 ? undefined : `g${n % 7}`, n % 3 === 0),
  );
  assert.deepEqual(shape(items).flat().sort((a, b) => b - a), items.map(({ seq }) => seq));
  assert.equal(singles(items).length, 60);
});
