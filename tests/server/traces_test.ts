/** Spans of a real process, sent to a collector of our own over OTLP/HTTP. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { startServer } from "../support/server.ts";
import { until } from "../../lib/testing/fake_clock.ts";

const SECRET = "a secret that only tests of traces know of";

interface Attribute {
  key: string;
  value: { stringValue?: string };
}
interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: Attribute[];
}

/** Takes what a runtime exports. */
class Collector implements AsyncDisposable {
  readonly spans: Span[] = [];
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => this.#take(request),
  );

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.json();
    for (const { scopeSpans = [] } of body.resourceSpans ?? []) {
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
    return Response.json({});
  }

  /** The first span of that name that has come. */
  async wait(name: string, fits: (span: Span) => boolean = () => true): Promise<Span> {
    const found = () => this.spans.find((span) => span.name === name && fits(span));
    await until(() => found() !== undefined, `a span ${name}`, 30_000);
    return found()!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function tokenOf(id: string): Promise<string> {
  return new SignJWT({ sub: id, name: id }).setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h").sign(new TextEncoder().encode(SECRET));
}

Deno.test("traces: request, send, commit and dispatch are one trace, a push job another", async () => {
  await using collector = new Collector();
  await using server = await startServer({
    env: {
      JWT_SECRET: SECRET,
      PUSH_GRACE_SECONDS: "0",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
  });
  const headers = {
    authorization: `Bearer ${await tokenOf("ada")}`,
    "content-type": "application/json",
  };
  // The first request of somebody makes their profile.
  await (await fetch(`${server.origin}/api/users/me`, {
    headers: { authorization: `Bearer ${await tokenOf("ben")}` },
  })).body?.cancel();
  const response = await fetch(`${server.origin}/api/messages`, {
    method: "POST",
    headers,
    body: JSON.stringify({ receiverId: "ben", content: "between us" }),
  });
  assert.equal(response.status, 201);
  await response.body?.cancel();

  const request = await collector.wait("POST /api/messages");
  const send = await collector.wait("chat.send");
  assert.equal(send.parentSpanId, request.spanId);
  const commit = await collector.wait(
    "journal.commit",
    ({ parentSpanId }) => parentSpanId === send.spanId,
  );
  const dispatch = await collector.wait(
    "journal.dispatch",
    ({ parentSpanId }) => parentSpanId === commit.spanId,
  );
  for (const span of [send, commit, dispatch]) assert.equal(span.traceId, request.traceId);
  const route = request.attributes.find(({ key }) => key === "http.route");
  assert.equal(route?.value.stringValue, "/api/messages");
  const job = await collector.wait("push.job");
  assert.notEqual(job.traceId, request.traceId);
  assert.ok(!JSON.stringify(collector.spans).includes("between us"));
});

Deno.test("traces: a message of a socket is a trace of its own", async () => {
  await using collector = new Collector();
  await using server = await startServer({
    env: {
      JWT_SECRET: SECRET,
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
  });
  const ben = { authorization: `Bearer ${await tokenOf("ben")}` };
  await (await fetch(`${server.origin}/api/users/me`, { headers: ben })).body?.cancel();
  const options = {
    protocols: ["skilllink.v1"],
    headers: { authorization: `Bearer ${await tokenOf("ada")}` },
    // An extension of the runtime that the types of the browser do not know.
  } as unknown as string[];
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/api/socket`, options);
  const { promise: acknowledged, resolve } = Promise.withResolvers<void>();
  socket.onopen = () =>
    socket.send(JSON.stringify({
      type: "send",
      clientId: "one",
      receiverId: "ben",
      content: "between us",
    }));
  socket.onmessage = ({ data }) => data.includes(`"ack"`) && resolve();
  await acknowledged;
  const send = await collector.wait("chat.send");
  assert.equal(send.parentSpanId, "");
  const commit = await collector.wait(
    "journal.commit",
    ({ parentSpanId }) => parentSpanId === send.spanId,
  );
  assert.equal(commit.traceId, send.traceId);
  const { promise: closed, resolve: ended } = Promise.withResolvers<void>();
  socket.onclose = () => ended();
  socket.close();
  await closed;
});

Deno.test("traces: off unless asked for", async () => {
  await using collector = new Collector();
  await using server = await startServer({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
  });
  await (await fetch(`${server.origin}/api/users/me`)).body?.cancel();
  // The end exports what there is.
  await server.stop();
  assert.deepEqual(collector.spans, []);
});
