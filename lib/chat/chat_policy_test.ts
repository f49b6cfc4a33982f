import assert from "node:assert/strict";
import {
  canCreateRooms,
  noRoom,
  requireMayManage,
  requireMayRemove,
  requireOther,
  requireRoomFor,
} from "./chat_policy.ts";

const member = { userId: "ada", role: "member" } as const;
const admin = { userId: "root", role: "admin" } as const;

Deno.test("R8 a room that is not there and one that is not yours are refused word for word alike", () => {
  const refusal = { code: "not_found", message: noRoom("add member").message };
  assert.throws(() => requireMayManage(member, false, null, "add member"), refusal);
  assert.throws(() => requireMayManage(member, true, null, "add member"), refusal);
  assert.throws(() => requireMayManage(admin, false, null, "add member"), refusal);
});

Deno.test("owners and admins manage a room, members do not", () => {
  requireMayManage(member, true, { role: "owner" }, "add member");
  requireMayManage(admin, true, null, "add member");
  assert.throws(() => requireMayManage(member, true, { role: "member" }, "add member"), {
    code: "forbidden",
  });
});

Deno.test("members leave, owners do not, and others are taken out by those who manage", () => {
  requireMayRemove(member, true, { role: "member" }, "ada");
  requireMayRemove(member, true, { role: "owner" }, "bo");
  requireMayRemove(admin, true, { role: "owner" }, "root");
  assert.throws(() => requireMayRemove(member, true, { role: "owner" }, "ada"), {
    code: "conflict",
  });
  assert.throws(() => requireMayRemove(member, true, { role: "member" }, "bo"), {
    code: "forbidden",
  });
  assert.throws(() => requireMayRemove(member, true, null, "ada"), { code: "not_found" });
});

Deno.test("R10 a room has a limit, and nobody writes to themselves", () => {
  requireRoomFor(999, 1);
  assert.throws(() => requireRoomFor(1000, 1), { code: "conflict" });
  requireOther("ada", "bo");
  assert.throws(() => requireOther("ada", "ada"), { code: "invalid" });
});

Deno.test("instructors and admins make rooms", () => {
  assert.deepEqual((["member", "instructor", "admin"] as const).map(canCreateRooms), [
    false,
    true,
    true,
  ]);
});
