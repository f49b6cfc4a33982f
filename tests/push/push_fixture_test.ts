import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { createVirtualDevice } from "../../lib/testing/virtual_device.ts";
import { PushFixture } from "./push_fixture.ts";

Deno.test("the fixture refuses what vendors refuse", async () => {
  await using service = new PushFixture();
  const { body } = service.subscribe();
  const vapid = { ...webpush.generateVAPIDKeys(), subject: "mailto:a@example.org" };
  const post = async (change: { endpoint?: string; drop?: string; set?: [string, string] }) => {
    const target = { ...body, endpoint: change.endpoint ?? body.endpoint };
    const details = webpush.generateRequestDetails(target, "x", { vapidDetails: vapid });
    const headers = new Headers(details.headers as unknown as Record<string, string>);
    if (change.drop) headers.delete(change.drop);
    if (change.set) headers.set(...change.set);
    const sent = new Uint8Array(details.body ?? []);
    const response = await fetch(target.endpoint, { method: "POST", headers, body: sent });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await post({}), 201);
  assert.equal(await post({ drop: "ttl" }), 400);
  assert.equal(await post({ drop: "authorization" }), 401);
  assert.equal(await post({ set: ["authorization", `vapid t=a.b.c, k=${vapid.publicKey}`] }), 403);
  assert.equal(await post({ set: ["urgency", "very-high"] }), 400);
  assert.equal(await post({ set: ["topic", "x".repeat(33)] }), 400);
  assert.equal(await post({ endpoint: `${service.origin}/push/none` }), 410);
  assert.throws(() => createVirtualDevice().decrypt(new Uint8Array(120)));
});
