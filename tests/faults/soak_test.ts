/** People come, write and go, over and over: what they leave behind is in the store alone (R10). */
import assert from "node:assert/strict";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { TextLineStream } from "./support/lines.ts";
import { createGround } from "./support/local_server.ts";
import { settled } from "./support/oracle.ts";
import { type Dice, faultTest, LONG } from "./support/plan.ts";
import { Rest, tokenOf } from "./support/rest.ts";
import { createRunningClock } from "./support/running_clock.ts";
import type { Left } from "./support/soak_server.ts";

const PEOPLE = Array.from({ length: 30 }, (_, i) => `p${i}`);
/** Visits at a time. */
const AT_ONCE = 10;

/** People who exist, with their tokens. */
async function invite(origin: string): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const id of PEOPLE) {
    const token = await tokenOf({ id });
    await new Rest(() => origin, token).get("GET", "users/me");
    tokens.set(id, token);
  }
  return tokens;
}

/** Somebody connects, resumes, writes, types, reads, and goes, politely or not. */
async function visit(origin: string, tokens: ReadonlyMap<string, string>, dice: Dice) {
  const place = dice.below(PEOPLE.length);
  const me = PEOPLE[place]!;
  const other = PEOPLE[(place + 1 + dice.below(2)) % PEOPLE.length]!;
  const url = `${origin.replace("http", "ws")}/api/socket`;
  const socket = new SocketClient(url, { token: tokens.get(me)! });
  await socket.wait("connected");
  if (dice.chance(0.1)) return await socket.close();
  socket.send({ type: "resume", conversations: {}, notifications: 0 });
  socket.send({ type: "visibility", visible: dice.chance(0.5) });
  await socket.wait("resumed");
  const count = 1 + dice.below(5);
  for (let i = 0; i < count; i++) {
    // Most are said again: of each new one a server remembers the name, so that memory would grow
    // (up to a limit that is far beyond a minute), and with it what is to be seen here.
    const name = dice.chance(0.02) ? crypto.randomUUID() : dice.below(10);
    const clientId = `${me}-${other}-${name}`;
    socket.send({ type: "send", clientId, receiverId: other, content: "x".repeat(200) });
    if (dice.chance(0.2)) socket.send({ type: "unknown" });
  }
  if (dice.chance(0.3)) return await socket.close();
  await socket.waitFor("ack", count);
  const { conversationId, seq } = socket.of("ack")[0]!.message;
  socket.send({ type: "typing", conversationId, on: true });
  socket.send({ type: "read", conversationId, upTo: seq });
  socket.send({ type: "history", conversationId, after: 0, upTo: 10 });
  await socket.wait("history");
  await socket.close();
}

/** Rounds of visits, some at a time. */
async function churn(
  origin: string,
  tokens: ReadonlyMap<string, string>,
  dice: Dice,
  over: (visits: number) => boolean,
): Promise<number> {
  let visits = 0;
  const guest = async (name: string) => {
    const own = dice.of(name);
    while (!over(visits)) {
      visits++;
      await visit(origin, tokens, own);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => guest(`${i}`)));
  return visits;
}

faultTest("R10 whoever has gone leaves no socket, timer, or waiting write behind", async (dice) => {
  // What lasts a while (a typing notice, a moment of absence) is over sooner.
  const clock = createRunningClock({ speed: 10 });
  await using ground = await createGround();
  const { origin, services, journal } = await ground.open({ clock });
  const tokens = await invite(origin);
  await churn(origin, tokens, dice.of("first"), (visits) => visits >= 30);
  const left = () => ({
    sockets: services.hub.size,
    online: [...services.hub.onlineIds()].length,
    waiting: journal.waiting,
    states: services.hub.states(),
  });
  const nothing = { sockets: 0, online: 0, waiting: 0 };
  const quiet = () =>
    settled(() => {
      const { states, ...counts } = left();
      const some = Object.values(states).some((count) => count > 0);
      return some || JSON.stringify(counts) !== JSON.stringify(nothing)
        ? `there are left ${JSON.stringify({ ...counts, states })}`
        : null;
    });
  await quiet();
  await settled(() => PEOPLE.some(services.hub.isOnline) ? "somebody is still online" : null);
  const timers = clock.waiting;
  await churn(origin, tokens, dice.of("second"), (visits) => visits >= 200);
  await quiet();
  // Not more than before: the ones that repeat for as long as the server lives.
  await settled(() =>
    clock.waiting <= timers ? null : `${clock.waiting} timers wait, there were ${timers}`
  );
  const errors = ground.logged.filter(({ level }) => level === "error");
  assert.deepEqual(errors, []);
});

/** Of the soak: until memory has its shape, and each of the looks at it. */
const WARM_MS = 20_000;
const LOOK_MS = 10_000;
const LOOKS = 6;
/** A heap that keeps half a kilobyte of each visit grows by more than this. */
const GROWTH_BYTES = 500_000;

async function soak(dice: Dice): Promise<void> {
  const script = new URL("./support/soak_server.ts", import.meta.url).pathname;
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--v8-flags=--expose-gc", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const input = server.stdin.getWriter();
  const line = async () => {
    const { value, done } = await lines.read();
    if (done) throw new Error("The server has ended");
    return value;
  };
  const origin = `http://127.0.0.1:${await line()}`;
  const tokens = await invite(origin);
  let round = 0;
  const look = async (ms: number): Promise<{ visits: number; left: Left }> => {
    const end = performance.now() + ms;
    const own = dice.of(`${round++}`);
    const visits = await churn(origin, tokens, own, () => performance.now() > end);
    // The absent are remembered for a moment, and their typing for some more.
    let left: Left | undefined;
    await settled(async () => {
      await input.write(new TextEncoder().encode("\n"));
      left = JSON.parse(await line());
      return left!.sockets === 0 ? null : `${left!.sockets} sockets are left`;
    });
    return { visits, left: left! };
  };
  const first = await look(WARM_MS);
  const looks = [];
  for (let i = 0; i < LOOKS; i++) looks.push(await look(LOOK_MS));
  console.log(JSON.stringify([first, ...looks]));
  await input.close();
  await server.status;
  await lines.cancel();
  const heaps = looks.map(({ left }) => left.heapBytes);
  const half = LOOKS / 2;
  const least = (some: number[]) => Math.min(...some);
  const growth = least(heaps.slice(half)) - least(heaps.slice(0, half));
  assert.ok(growth < GROWTH_BYTES, `the heap grew by ${growth} bytes: ${heaps}`);
}

if (LONG) {
  faultTest("R10 after a minute of coming and going the heap is no larger", soak);
}
