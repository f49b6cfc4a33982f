import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createBanner } from "./banner.ts";
import type { ConnectionState } from "./types.ts";

const connecting: ConnectionState = { kind: "connecting", attempt: 0 };
const online: ConnectionState = { kind: "online", connectionId: "c" };

function world() {
  const clock = createFakeClock();
  const state = signal<ConnectionState>({ kind: "idle" });
  const banner = createBanner(state, clock);
  return { clock, state, kind: () => banner.peek().kind };
}

Deno.test("an outage of less than 2 s is not mentioned, before nor after", async () => {
  const { clock, state, kind } = world();
  state.value = connecting;
  await clock.advance(1999);
  state.value = online;
  await clock.advance(10_000);
  assert.equal(kind(), "none");
  assert.equal(clock.waiting, 0);
});

Deno.test("a longer one is, through all tries, and its end for 3 s", async () => {
  const { clock, state, kind } = world();
  state.value = connecting;
  await clock.advance(1000);
  state.value = { kind: "waiting", attempt: 1, until: 0 };
  await clock.advance(1000);
  assert.equal(kind(), "reconnecting");
  state.value = connecting;
  assert.equal(kind(), "reconnecting");
  state.value = online;
  assert.equal(kind(), "back");
  await clock.advance(1000);
  state.value = { kind: "waiting", attempt: 1, until: 0 };
  await clock.advance(1000);
  state.value = online;
  assert.equal(kind(), "back");
  await clock.advance(3000);
  assert.equal(kind(), "none");
});

Deno.test("being signed out is not an outage", async () => {
  const { clock, state, kind } = world();
  state.value = connecting;
  await clock.advance(2000);
  state.value = { kind: "signed_out", reason: "ended", returnTo: "/" };
  assert.equal(kind(), "none");
  await clock.advance(10_000);
  assert.equal(kind(), "none");
});
