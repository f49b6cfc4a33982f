import assert from "node:assert/strict";
import { createFakeBrowser, Refusal } from "../testing/fake_browser.ts";
import { createFakeClock, settle } from "../testing/fake_clock.ts";
import { FakeNetwork } from "../testing/fake_socket.ts";
import { ApiFailure, createApi, failureOf } from "./api.ts";

function world() {
  const clock = createFakeClock();
  const rest = createFakeBrowser(new FakeNetwork(), { clock });
  let signedOut = 0;
  const api = createApi({ fetch: rest.fetch, clock, onUnauthenticated: () => signedOut++ });
  return { clock, rest, api, signedOut: () => signedOut };
}
const failure = async (promise: Promise<unknown>) => {
  const error = await promise.then(() => null, (error) => error);
  assert.ok(error instanceof ApiFailure);
  return error.failure;
};

Deno.test("a success gives its data and its cursors as what they mean", async () => {
  const { rest, api } = world();
  rest.routes["GET /api/messages/conversation/a%20b"] = () => ({
    data: [],
    page: { before: "12", after: null },
  });
  assert.deepEqual(await api.history("a b", { limit: 5, before: 40 }), {
    messages: [],
    before: 12,
    after: null,
  });
  assert.deepEqual(rest.requests, ["GET /api/messages/conversation/a%20b?limit=5&before=40"]);
  rest.routes["GET /api/notifications"] = () => ({
    data: [],
    unreadCount: 2,
    unseenCount: 1,
    page: { before: null, after: null },
  });
  assert.deepEqual(await api.listNotifications("unread"), {
    items: [],
    before: null,
    unreadCount: 2,
    unseenCount: 1,
  });
});

Deno.test("a failure carries its code and request id; a 401 is told", async () => {
  const { rest, api, signedOut } = world();
  rest.routes["GET /api/users/me"] = () => {
    throw new Refusal("unauthenticated", 401);
  };
  const found = await failure(api.getMe());
  assert.equal(found.code, "unauthenticated");
  assert.equal(found.requestId, "request-1");
  assert.equal(signedOut(), 1);
});

Deno.test("no network, no answer in 15 s, and an answer that is not ours", async () => {
  const { rest, api, clock } = world();
  rest.routes["GET /api/users/me"] = () => {
    throw new TypeError("failed to fetch");
  };
  assert.deepEqual(await failure(api.getMe()), { code: "network", requestId: null });

  const hanging = createApi({
    clock,
    fetch: (_, init) =>
      new Promise((_, reject) =>
        init?.signal?.addEventListener("abort", () => reject(new Error()))
      ),
  });
  const waiting = failure(hanging.getMe());
  await clock.advance(15_000);
  assert.equal((await waiting).code, "timeout");

  const proxied = createApi({
    clock,
    fetch: () =>
      Promise.resolve(
        new Response("<html>", { status: 502, headers: { "retry-after": "7" } }),
      ),
  });
  assert.deepEqual(await failure(proxied.getMe()), {
    code: "unavailable",
    requestId: null,
    issues: undefined,
    retryAfter: 7,
  });
  await settle();
  assert.equal(clock.waiting, 0);
});

Deno.test("whatever else is thrown is a failure without a request", () => {
  assert.deepEqual(failureOf(new Error("?")), { code: "internal", requestId: null });
});
