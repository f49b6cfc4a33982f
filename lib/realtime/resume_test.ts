import assert from "node:assert/strict";
import fc from "fast-check";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";
import { settle, until } from "../testing/fake_clock.ts";
import type { SocketClient } from "../testing/socket_client.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** What a client keeps between sockets: everything it was told of one conversation. */
class Memory {
  seqs: number[] = [];
  readUpTo = new Map<string, number>();
  rev = 0;

  constructor(readonly userId: string) {}

  /** As clients count: the newest message minus the own read mark (R6). */
  get unread(): number {
    return (this.seqs.at(-1) ?? 0) - (this.readUpTo.get(this.userId) ?? 0);
  }

  take(frames: readonly ServerFrame[]): void {
    for (const frame of frames) {
      if (frame.type === "message") {
        this.seqs.push(frame.message.seq);
        // Sending is reading.
        this.readUpTo.set(frame.message.senderId, frame.message.seq);
        this.rev = Math.max(this.rev, frame.rev);
      } else if (frame.type === "read") {
        this.readUpTo.set(frame.userId, frame.upTo);
      } else if (frame.type === "resumed") {
        for (const { rev } of frame.conversations) this.rev = rev;
      }
    }
  }

  position(): Position {
    return { seq: this.seqs.at(-1) ?? 0, rev: this.rev };
  }
}

async function talk(world: World): Promise<[TestPerson, TestPerson, string]> {
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "first" });
  return [ada, bo, message.conversationId];
}
function resume(socket: SocketClient, conversations: Record<string, Position>): void {
  socket.send({ type: "resume", conversations, notifications: 0 });
}

Deno.test("R5 a resume brings what is missing, then says so, and live frames come after it", async () => {
  await using world = await createWorld();
  const [ada, bo, id] = await talk(world);
  await world.chat.markRead(bo.id, id);
  const known = { [id]: { seq: 1, rev: 1 } };
  for (const i of range(4)) await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  const socket = await world.connect(bo, "silent");
  resume(socket, known);
  const { conversations, reset } = await socket.wait("resumed");
  assert.deepEqual(socket.of("message").map(({ message }) => message.seq), [2, 3, 4, 5]);
  assert.equal(socket.of("read").find(({ userId }) => userId === bo.id)?.unreadCount, 4);
  assert.deepEqual([conversations[0]?.unreadCount, conversations[0]?.rev, reset], [4, 6, []]);
  await world.chat.send(ada.id, { receiverId: bo.id, content: "live" });
  assert.equal((await socket.wait("message", ({ message }) => message.seq === 6)).rev, 7);
});

Deno.test("R5 a window that says first whether it can be seen is resumed in order as well", async () => {
  await using world = await createWorld();
  const [ada, bo, id] = await talk(world);
  const socket = await world.connect(bo, "silent");
  for (const i of range(3)) await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  socket.send([
    { type: "visibility", visible: true },
    { type: "resume", conversations: { [id]: { seq: 0, rev: 0 } }, notifications: 0 },
  ]);
  await socket.wait("resumed");
  assert.deepEqual(socket.of("message").map(({ message }) => message.seq), range(4));
});

Deno.test("R5 nothing is lost and nothing told twice, however a socket is cut and resumed", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant("send" as const), count: fc.integer({ min: 1, max: 30 }) }),
          fc.record({ kind: fc.constant("cut" as const) }),
          fc.record({ kind: fc.constant("read" as const), who: fc.integer({ min: 0, max: 1 }) }),
          fc.record({ kind: fc.constant("other" as const) }),
        ),
        { maxLength: 14 },
      ),
      async (steps) => {
        await using world = await createWorld();
        const [ada, bo, id] = await talk(world);
        const memory = new Memory(bo.id);
        let taken = 0;
        const open = async () => {
          const socket = await world.connect(bo, "silent");
          taken = 0;
          resume(socket, memory.seqs.length > 0 ? { [id]: memory.position() } : {});
          return socket;
        };
        const keep = (socket: SocketClient) => {
          memory.take(socket.frames.slice(taken));
          taken = socket.frames.length;
        };
        let socket = await open();
        const work: Promise<unknown>[] = [];
        for (const step of steps) {
          if (step.kind === "send") {
            for (const i of range(step.count)) {
              work.push(world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` }));
            }
          } else if (step.kind === "read") {
            work.push(world.chat.markRead(step.who === 0 ? ada.id : bo.id, id));
          } else if (step.kind === "other") {
            work.push(world.chat.send(bo.id, { receiverId: ada.id, content: "from elsewhere" }));
          } else {
            // What was received before the cut is known; what was on its way is not.
            keep(socket);
            await socket.close();
            socket = await open();
          }
        }
        await Promise.all(work);
        await socket.wait("resumed");
        const row = (await world.chat.getConversation(bo.id, id))!;
        await until(() => {
          keep(socket);
          return memory.position().seq >= row.seq;
        }, "everything arrives");
        await socket.roundTrip();
        keep(socket);
        assert.deepEqual(memory.seqs, range(row.seq));
        assert.ok(memory.rev <= row.rev);
        const partner = (await world.chat.getConversation(ada.id, id))!;
        if (memory.readUpTo.has(ada.id)) {
          assert.ok(memory.readUpTo.get(ada.id)! <= partner.readSeq);
        }
        await socket.close();
        const last = await open();
        await last.wait("resumed");
        keep(last);
        assert.deepEqual(memory.seqs, range(row.seq));
        assert.equal(memory.unread, row.unreadCount);
      },
    ),
    { numRuns: 12 },
  ));

Deno.test("R5 a resume of more than a megabyte arrives whole, with live frames behind it", async () => {
  await using world = await createWorld();
  const [ada, bo, id] = await talk(world);
  const content = "x".repeat(5000);
  await Promise.all(
    range(490).map(() => world.chat.send(ada.id, { receiverId: bo.id, content })),
  );
  const socket = await world.connect(bo, "silent");
  resume(socket, { [id]: { seq: 1, rev: 1 } });
  await world.chat.send(ada.id, { receiverId: bo.id, content: "meanwhile" });
  await until(async () => {
    await world.clock.advance(50);
    return socket.of("resumed").length === 1 && socket.of("message").length === 491;
  }, "all of it arrives");
  assert.deepEqual(
    socket.of("message").map(({ message }) => message.seq),
    range(492).slice(1),
  );
  assert.equal(socket.closed, null);
});

Deno.test("a client that only listens hears what happens, after a moment at first", async () => {
  await using world = await createWorld();
  const [ada, bo] = await talk(world);
  const socket = await world.connect(bo, "silent");
  await world.chat.send(ada.id, { receiverId: bo.id, content: "1" });
  await settle();
  assert.equal(socket.of("message").length, 0);
  await world.clock.advance(250);
  await socket.wait("message");
  await world.chat.send(ada.id, { receiverId: bo.id, content: "2" });
  await socket.waitFor("message", 2);
});

Deno.test("missed notifications come with the resume, before it is over", async () => {
  const missed: ServerFrame = {
    type: "notification.changed",
    ids: ["n1"],
    state: "read",
    unreadCount: 2,
    unseenCount: 1,
  };
  const asked: [string, number][] = [];
  await using world = await createWorld();
  world.notifications.missed = (userId, seq) => {
    asked.push([userId, seq]);
    return Promise.resolve([missed]);
  };
  const ada = await world.person("Ada");
  const socket = await world.connect(ada, "silent");
  socket.send({ type: "resume", conversations: {}, notifications: 7 });
  await socket.wait("resumed");
  assert.deepEqual(asked, [[ada.id, 7]]);
  assert.deepEqual(socket.frames.slice(-2).map(({ type }) => type), [
    "notification.changed",
    "resumed",
  ]);
});

Deno.test("a resume that fails is answered, and the socket goes on", async () => {
  let broken = true;
  await using world = await createWorld();
  world.notifications.missed = () =>
    broken ? Promise.reject(new Error("store")) : Promise.resolve([]);
  const [ada, bo] = await talk(world);
  const socket = await world.connect(bo, "silent");
  resume(socket, {});
  assert.equal((await socket.wait("error")).code, "internal");
  await world.chat.send(ada.id, { receiverId: bo.id, content: "live" });
  await socket.wait("message");
  broken = false;
  resume(socket, {});
  await socket.wait("resumed");
});

Deno.test("R4 R7 frames reach the sockets of another server, in the same order", async () => {
  await using world = await createWorld({ shared: true });
  const [ada, bo, id] = await talk(world);
  const other = await world.another();
  const [a, b] = [await world.connect(ada), await other.connect(bo)];
  a.send(
    range(50).map((i) => (
      { type: "send", clientId: `${i}`, receiverId: bo.id, content: `${i}` }
    )),
  );
  await until(async () => {
    await world.clock.advance(500);
    return b.of("message").length >= 50;
  }, "the other server's sockets hear it");
  assert.deepEqual(b.of("message").map(({ message }) => message.seq), range(51).slice(1));
  b.send({ type: "read", conversationId: id, upTo: 51 });
  await until(async () => {
    await world.clock.advance(500);
    return a.of("read").some(({ userId, upTo }) => userId === bo.id && upTo === 51);
  }, "the read mark comes back");
});

Deno.test("R11 events that were lost for good make every socket come back and resume", async () => {
  await using world = await createWorld({ shared: true });
  const [, bo] = await talk(world);
  const socket = await world.connect(bo, "silent");
  const gone = await world.another({ faults: { deafWatch: true } });
  await gone.journal.commit({ shard: NOTIFICATION_SHARD, reads: [], apply: () => {} });
  world.hub.disconnectAll();
  assert.equal(await socket.waitForClose(), 1012);
  assert.equal(socket.of("bye")[0]?.code, 1012);
});

Deno.test("R9 who comes back and has missed nothing takes one read of the store", async () => {
  await using world = await createWorld();
  const [maya, jonas] = [await world.person("Maya"), await world.person("Jonas")];
  const { message } = await world.chat.send(maya.id, { receiverId: jonas.id, content: "Hi" });
  const conversations = { [message.conversationId]: { seq: 1, rev: 1 } };
  const token = await world.hostToken(maya.id, 3600);
  const comeBack = async () => {
    const device = await world.connect({ token }, "silent");
    device.send({ type: "resume", conversations, notifications: 0 });
    await device.waitFor("resumed", 1);
    await device.close();
    return device.frames.map(({ type }) => type);
  };
  await comeBack();

  const { kv } = world.store;
  const reads: unknown[] = [];
  const counted = <A extends unknown[], R>(read: (...args: A) => R) => (...args: A): R => {
    reads.push(args[0]);
    return read.apply(kv, args);
  };
  kv.get = counted(kv.get) as typeof kv.get;
  kv.getMany = counted(kv.getMany) as typeof kv.getMany;
  kv.list = counted(kv.list) as typeof kv.list;
  const frames = await comeBack();
  // What was put off and is not over.
  assert.deepEqual(reads, [{ prefix: keys.snoozedOf(maya.id) }]);
  assert.ok(frames.includes("resumed"));
  // What reads is counted.
  await world.notifications.counts(maya.id);
  assert.ok(reads.length > 1);
});
