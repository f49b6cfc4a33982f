/** Three servers on one KV server and two people: prints how long what takes, as one line of JSON. */
import type { ServerFrame } from "../../lib/shared/protocol.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { ACCESS_TOKEN, startKvServer } from "../../tests/cluster/support/denokv.ts";
import { type Server, startServer } from "../../tests/support/server.ts";
import { SECRET } from "../support/processes.ts";
import { quantile } from "../support/statistics.ts";
import { signToken } from "./peer.ts";

/** One value a run. */
export interface CrossServerResult {
  p50: number[];
  p99: number[];
  ack: number[];
  commitOfOne: number[];
  commitOfFifty: number[];
}

const WARM_UP = 30;
const COMMITS = 60;
const ROW = "x".repeat(200);

const ascending = (values: number[]) => values.toSorted((a, b) => a - b);

/** Milliseconds of commits of `rows` rows. */
async function timeCommits(kv: Deno.Kv, rows: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < COMMITS; i++) {
    const atomic = kv.atomic();
    for (let row = 0; row < rows; row++) atomic.set(["bench", i, row], ROW);
    const began = performance.now();
    await atomic.commit();
    times.push(performance.now() - began);
  }
  return quantile(ascending(times), 0.5);
}

/** The moment at which a socket is told something that fits, by the event itself. */
function momentOf(client: SocketClient, fits: (frame: ServerFrame) => boolean): Promise<number> {
  return new Promise((resolve) => {
    const listener = ({ data }: MessageEvent<string>) => {
      const at = performance.now();
      const parsed: ServerFrame | ServerFrame[] = JSON.parse(data);
      if (!(Array.isArray(parsed) ? parsed : [parsed]).some(fits)) return;
      client.socket.removeEventListener("message", listener);
      resolve(at);
    };
    client.socket.addEventListener("message", listener);
  });
}

/** Sends messages one after another; the times until they were acknowledged and heard elsewhere. */
async function timeMessages(from: SocketClient, to: SocketClient, count: number, name: string) {
  const acks: number[] = [];
  const arrivals: number[] = [];
  for (let i = 0; i < count; i++) {
    const clientId = `${name}-${i}`;
    const acked = momentOf(from, (frame) => frame.type === "ack" && frame.clientId === clientId);
    const heard = momentOf(
      to,
      (frame) => frame.type === "message" && frame.message.clientId === clientId,
    );
    const began = performance.now();
    from.send({ type: "send", clientId, receiverId: "bo", content: `message ${clientId}` });
    acks.push(await acked - began);
    arrivals.push(await heard - began);
  }
  return { acks: ascending(acks), arrivals: ascending(arrivals) };
}

/** A socket of somebody, whose profile is made by that. */
async function connect({ origin }: Server, user: string): Promise<SocketClient> {
  const client = new SocketClient(`${origin.replace("http", "ws")}/api/socket`, {
    token: await signToken(SECRET, user),
  });
  await client.wait("connected");
  await client.roundTrip();
  return client;
}

async function measure(runs: number, count: number): Promise<CrossServerResult> {
  await using kvServer = await startKvServer();
  const env = {
    JWT_SECRET: SECRET,
    RATE_LIMIT_SCALE: "1000",
    DEMO: "off",
    LOG_LEVEL: "warn",
    DENO_KV_URL: kvServer.url,
    DENO_KV_ACCESS_TOKEN: ACCESS_TOKEN,
  };
  await using first = await startServer({ env });
  await using second = await startServer({ env });
  await using _third = await startServer({ env });
  const [ada, bo] = [await connect(first, "ada"), await connect(second, "bo")];
  await timeMessages(ada, bo, WARM_UP, "warm-up");
  Deno.env.set("DENO_KV_ACCESS_TOKEN", ACCESS_TOKEN);
  const kv = await Deno.openKv(kvServer.url);
  const result: CrossServerResult = {
    p50: [],
    p99: [],
    ack: [],
    commitOfOne: [],
    commitOfFifty: [],
  };
  for (let run = 0; run < runs; run++) {
    const { acks, arrivals } = await timeMessages(ada, bo, count, `run-${run}`);
    result.p50.push(quantile(arrivals, 0.5));
    result.p99.push(quantile(arrivals, 0.99));
    result.ack.push(quantile(acks, 0.5));
    result.commitOfOne.push(await timeCommits(kv, 1));
    result.commitOfFifty.push(await timeCommits(kv, 50));
  }
  kv.close();
  for (const client of [ada, bo]) await client.close();
  return result;
}

if (import.meta.main) {
  const [runs = 3, count = 300] = Deno.args.map(Number);
  console.log(JSON.stringify(await measure(runs, count)));
}
