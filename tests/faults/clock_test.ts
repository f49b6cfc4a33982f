/** Clocks that are an hour off, or are set meanwhile: nothing is ordered by them. */
import assert from "node:assert/strict";
import { Cast, pause } from "./support/cast.ts";
import { createGround, type LocalServer } from "./support/local_server.ts";
import { settled } from "./support/oracle.ts";
import { faultTest } from "./support/plan.ts";
import { Rest } from "./support/rest.ts";
import { createRunningClock, type RunningClock } from "./support/running_clock.ts";

const HOUR_MS = 3_600_000;

faultTest("R2 R4 R5 servers and devices whose clocks are an hour off", async (dice) => {
  await using ground = await createGround();
  const clocks = [HOUR_MS, -HOUR_MS].map((offsetMs) => createRunningClock({ offsetMs }));
  const servers: LocalServer[] = [];
  for (const clock of clocks) servers.push(await ground.open({ clock, shared: true }));
  const route = dice.of("route");
  const devices = dice.of("devices");
  // Who came before what was sent is told by the servers' clocks (they must agree on that), so
  // everybody comes by the one that is behind.
  let everybodyIsHere = false;
  const cast = await Cast.gather({
    dice: dice.of("cast"),
    origin: () => (everybodyIsHere ? route.pick(servers) : servers[1]!).origin,
    origins: () => servers.map(({ origin }) => origin),
    clock: () => createRunningClock({ offsetMs: devices.pick([-HOUR_MS, 0, HOUR_MS]) }),
  });
  everybodyIsHere = true;
  try {
    await cast.steps(250);
    const verdict = await cast.judge();
    assert.ok(verdict.messages > 50, `only ${verdict.messages} messages`);
  } finally {
    await cast.close();
    for (const clock of clocks) clock.stop();
  }
});

faultTest("R2 R4 R5 clocks that are set forth and back while everything runs", async (dice) => {
  await using ground = await createGround();
  const clock = createRunningClock();
  const server = await ground.open({ clock });
  const clocks: RunningClock[] = [clock];
  const cast = await Cast.gather({
    dice: dice.of("cast"),
    origin: () => server.origin,
    clock() {
      const own = createRunningClock();
      clocks.push(own);
      return own;
    },
  });
  try {
    let over = false;
    const acting = cast.act(() => over);
    const plan = dice.of("sets");
    let serverOffset = 0;
    for (let i = 0; i < 15; i++) {
      const which = plan.pick(clocks);
      const byMs = plan.pick([-HOUR_MS, HOUR_MS, -60_000, 60_000]);
      // Who came before a broadcast is told by the server's clock, so it stays behind them.
      if (which !== clock || serverOffset + byMs >= 0) {
        which.set(byMs);
        if (which === clock) serverOffset += byMs;
      }
      if (plan.chance(0.2)) server.services.hub.disconnectAll();
      await pause(plan.next() * 200);
    }
    over = true;
    await acting;
    const verdict = await cast.judge();
    assert.ok(verdict.messages > 50, `only ${verdict.messages} messages`);
  } finally {
    await cast.close();
    for (const each of clocks) each.stop();
  }
});

faultTest("sessions and tokens of a server whose clock is off are good on the others", async () => {
  await using ground = await createGround();
  const clocks = [HOUR_MS, -HOUR_MS].map((offsetMs) => createRunningClock({ offsetMs }));
  const [ahead, behind] = await Promise.all(
    clocks.map((clock) => ground.open({ clock, shared: true })),
  );
  const [stranger, other] = [ahead!, behind!].map(({ origin }) => new Rest(() => origin, ""));
  const account = { email: "ada@example.org", password: "long enough" };
  const made = await stranger!.ask("POST", "auth/register", { name: "Ada", ...account });
  assert.equal(made.status, 201);
  const again = await other!.ask("POST", "auth/login", account);
  assert.equal(again.status, 200, JSON.stringify(again.json));
  for (const { json } of [made, again]) {
    for (const { origin } of [ahead!, behind!]) {
      const { status } = await new Rest(() => origin, json.data.token).ask("GET", "users/me");
      assert.equal(status, 200);
    }
  }
  // Signed out on one, gone on the other.
  await new Rest(() => ahead!.origin, made.json.data.token).ask("POST", "auth/logout");
  const there = new Rest(() => behind!.origin, made.json.data.token);
  await settled(async () => {
    const { status } = await there.ask("GET", "users/me");
    return status === 401 ? null : `a session that was ended is answered ${status}`;
  });
  for (const clock of clocks) clock.stop();
});
