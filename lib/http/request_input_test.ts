import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { sendMessageBody } from "../shared/message_schema.ts";
import { notifyBody } from "../shared/notification_schema.ts";
import { silentLogger } from "../shared/logger.ts";
import { failureResponse } from "./failures.ts";
import { decodeParams, parseInput, queryObject, readJson } from "./request_input.ts";

function pathsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "invalid");
    return (error.issues ?? []).map((issue) => issue.path).sort();
  }
  return [];
}

Deno.test("input: issues of a union are those of the form that was meant", () => {
  const full = { to: { userId: "u" }, type: "grade", title: "", message: "m" };
  assert.deepEqual(pathsOf(() => parseInput(notifyBody, full, "body")), ["title"]);
  const short = { userId: "u", title: "t" };
  assert.deepEqual(pathsOf(() => parseInput(notifyBody, short, "body")), ["message"]);
  const both = { receiverId: "a", conversationId: "b", content: "hi" };
  assert.deepEqual(pathsOf(() => parseInput(sendMessageBody, both, "body")), ["receiverId"]);
});

Deno.test("R10 input: at most twenty issues are told", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field${i}`, i]));
  assert.equal(pathsOf(() => parseInput(sendMessageBody, many, "body")).length, 20);
});

Deno.test("input: a query's empty values count as not given, repeated ones stay visible", () => {
  const query = queryObject(new URLSearchParams("a=1&b=&c=x&c=y&__proto__=z"));
  assert.deepEqual(Object.entries(query), [["a", "1"], ["c", ["x", "y"]], ["__proto__", "z"]]);
  assert.equal(Object.getPrototypeOf(query), Object.prototype);
});

Deno.test("input: parameters are decoded, broken ones left as they are", () => {
  assert.deepEqual(decodeParams({ a: "%F0%9F%91%8D", b: "plain", c: "%zz" }), {
    a: "👍",
    b: "plain",
    c: "%zz",
  });
});

Deno.test("input: a body whose sender hangs up is no failure of the server", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("the connection is gone")),
  });
  const headers = { "content-type": "application/json" };
  const request = new Request("http://here.invalid/", { method: "POST", body: broken, headers });
  await assert.rejects(readJson(request), (error) => {
    return error instanceof AppError && error.code === "invalid";
  });
});

Deno.test("R10 input: an answer tells the first twenty issues, however many there are", async () => {
  const issues = Array.from({ length: 2000 }, (_, at) => ({ path: `a.${at}`, message: "no" }));
  const failure = failureResponse(new AppError("invalid", "Cannot read it", { issues }), {
    path: "/api/any",
    requestId: "r",
    log: silentLogger,
  });
  const { error } = await failure.json();
  assert.equal(error.issues.length, 20);
  assert.equal(error.issues[0].path, "a.0");
});
