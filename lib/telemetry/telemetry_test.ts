import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { createWorld } from "../testing/world.ts";
import { createFakeClock, until } from "../testing/fake_clock.ts";
import { createTelemetry } from "./mod.ts";

const open = () => createTelemetry({ clock: createFakeClock(), version: "1.2.3", tracing: false });

/** The value of a line such as `name{label="x"}`; null where there is none. */
function valueOf(text: string, series: string): number | null {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

Deno.test("metrics: what was sent, delivered and committed can be read", async () => {
  await using world = await createWorld();
  const [ada, ben] = [await world.person("Ada"), await world.person("Ben")];
  const adaSocket = await world.connect(ada);
  const benSocket = await world.connect(ben);
  const send = { type: "send", clientId: "c1", receiverId: ben.id, content: "hello" } as const;
  adaSocket.send(send);
  await benSocket.wait("message");
  await adaSocket.wait("ack");
  await world.chat.send(ada.id, { receiverId: ben.id, content: "hello", clientId: "c1" });
  await assert.rejects(world.chat.send(ada.id, { receiverId: ada.id, content: "to myself" }));
  const { text, contentType } = await world.services.metrics.render();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  assert.equal(valueOf(text, 'skilllink_sends_total{result="created",way="socket"}'), 1);
  assert.equal(valueOf(text, 'skilllink_sends_total{result="duplicate",way="request"}'), 1);
  assert.equal(valueOf(text, 'skilllink_sends_total{result="refused",way="request"}'), 1);
  // The message to both, and what presence told them of each other.
  assert.ok((valueOf(text, "skilllink_deliveries_total") ?? 0) >= 2);
  assert.ok((valueOf(text, 'skilllink_commits_total{outcome="done"}') ?? 0) >= 1);
  assert.ok((valueOf(text, "skilllink_commit_seconds_count") ?? 0) >= 1);
  assert.equal(valueOf(text, 'skilllink_sockets{state="live"}'), 2);
  assert.equal(valueOf(text, "skilllink_sockets_opened_total"), 2);
  assert.equal(valueOf(text, "skilllink_push_jobs_waiting"), 1);
  assert.equal(valueOf(text, "skilllink_journal_waiting"), 0);
  assert.equal(valueOf(text, 'skilllink_build_info{version="0.1.0"}'), 1);
  // Nobody is named, nor what they wrote.
  for (const secret of [ada.id, ben.id, "hello", "c1"]) assert.ok(!text.includes(secret), secret);
});

Deno.test("metrics: sockets that ended say by which code", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const socket = await world.connect(ada);
  await world.auth.revokeSession(ada.id, ada.sessionId);
  await socket.waitForClose();
  const { text } = await world.services.metrics.render();
  const series = 'skilllink_sockets_closed_total{code="4001",reason="signed out"}';
  assert.equal(valueOf(text, series), 1);
  assert.equal(valueOf(text, "skilllink_slow_readers_closed_total"), 0);
});

Deno.test("metrics: resumes and gaps are counted with what they brought", async () => {
  const { metrics, sockets } = open();
  sockets.resumed({ frames: 3, reset: 1 });
  sockets.resumed({ frames: 2, reset: 0 });
  sockets.filled(7);
  sockets.closed({ code: 4008, reason: "too slow" });
  sockets.closed(null);
  const { text } = await metrics.render();
  assert.equal(valueOf(text, "skilllink_resumes_total"), 2);
  assert.equal(valueOf(text, "skilllink_resumed_frames_total"), 5);
  assert.equal(valueOf(text, "skilllink_resume_resets_total"), 1);
  assert.equal(valueOf(text, "skilllink_gap_messages_total"), 7);
  assert.equal(valueOf(text, "skilllink_slow_readers_closed_total"), 1);
});

Deno.test("metrics: a lost race and a failure of the store are told from a commit", async () => {
  const { metrics, journal } = open();
  for (const outcome of ["done", "lost", "failed"] as const) {
    journal.committing({ shard: 0, origins: [undefined, undefined] })(outcome);
  }
  journal.repaired();
  journal.refused(3);
  const { text } = await metrics.render();
  for (const outcome of ["done", "lost", "failed"]) {
    assert.equal(valueOf(text, `skilllink_commits_total{outcome="${outcome}"}`), 1);
  }
  assert.equal(valueOf(text, "skilllink_commit_operations_sum"), 6);
  assert.equal(valueOf(text, "skilllink_watch_repairs_total"), 1);
  assert.equal(valueOf(text, "skilllink_watch_reopened_total"), 0);
  assert.equal(valueOf(text, "skilllink_journal_refused_total"), 3);
});

Deno.test("R10 metrics: made-up methods and paths make no series of their own", async () => {
  const { metrics } = open();
  for (let i = 0; i < 50; i++) metrics.http.answered(`MADE${i}`, null, 404, 1);
  metrics.http.answered("GET", "/api/users/me", 200, 3);
  const { text } = await metrics.render();
  const series = text.split("\n").filter((line) =>
    line.startsWith("skilllink_http_requests_total{")
  );
  assert.equal(series.length, 2);
  const known = 'skilllink_http_requests_total{method="GET",route="/api/users/me",status="200"}';
  assert.equal(valueOf(text, known), 1);
});

Deno.test("metrics: refusals of a rate limit are counted by its name and still thrown", async () => {
  const { metrics, refusals } = open();
  const limits = refusals({
    take() {
      throw new AppError("rate_limited", "Cannot do this: too often");
    },
    takeDurable: () => Promise.resolve(),
    resetDurable: () => Promise.resolve(),
  });
  assert.throws(() => limits.take("send", "u:ada"), { code: "rate_limited" });
  const { text } = await metrics.render();
  assert.equal(valueOf(text, 'skilllink_rate_limited_total{limit="send"}'), 1);
});

Deno.test("metrics: a store that does not answer leaves out what it alone knows", async () => {
  const clock = createFakeClock();
  const { metrics, watch } = createTelemetry({ clock, version: "1.2.3", tracing: false });
  watch({
    journal: { waiting: 4 },
    hub: { states: () => ({}) },
    push: { backlog: () => new Promise(() => {}) },
  });
  const rendering = metrics.render();
  await until(() => clock.waiting > 0, "it waits for the store");
  await clock.advance(1000);
  const { text } = await rendering;
  assert.equal(valueOf(text, "skilllink_push_jobs_waiting"), null);
  assert.equal(valueOf(text, "skilllink_journal_waiting"), 4);
});

Deno.test("metrics: pushes are counted by outcome", async () => {
  const { metrics, pushes } = open();
  pushes.outcome("sent");
  pushes.outcome("gone");
  pushes.buried();
  await pushes.job("message", () => Promise.resolve());
  const { text } = await metrics.render();
  assert.equal(valueOf(text, 'skilllink_push_outcomes_total{result="sent"}'), 1);
  assert.equal(valueOf(text, "skilllink_pushes_given_up_total"), 1);
  assert.equal(valueOf(text, 'skilllink_push_job_seconds_count{source="message"}'), 1);
});
