import assert from "node:assert/strict";
import { keys } from "../../kv/keys.ts";
import { silentLogger } from "../../shared/logger.ts";
import { createFakeClock, until } from "../../testing/fake_clock.ts";
import { faultyKv, type KvFaults } from "../../testing/faulty_kv.ts";
import { HEARTBEAT_MS } from "./peer_board.ts";
import { LEASE_MS } from "./peer_mirror.ts";
import { createPeers, type Peers } from "./peers.ts";

interface TestPeer {
  peers: Peers;
  faults: KvFaults;
  /** `+ada`, `-ada`: who came to and went from the others. */
  changes: string[];
  typing: string[];
}

async function world() {
  const kv = await Deno.openKv(":memory:");
  const clock = createFakeClock();
  const all: TestPeer[] = [];
  return {
    kv,
    clock,
    server(): TestPeer {
      const faults: KvFaults = {};
      const peer: TestPeer = {
        faults,
        changes: [],
        typing: [],
        peers: createPeers({
          kv: faultyKv(kv, faults),
          clock,
          log: silentLogger,
          random: () => 0,
        }),
      };
      peer.peers.start({
        changed: (userId, online) => peer.changes.push(`${online ? "+" : "-"}${userId}`),
        typing: (userId, conversationId, on) =>
          peer.typing.push(`${userId} ${conversationId} ${on ? "on" : "off"}`),
      });
      all.push(peer);
      return peer;
    },
    /** Lets time pass in small steps until `condition` holds. */
    async pass(
      condition: () => boolean | Promise<boolean>,
      what: string,
      stepMs = 100,
    ): Promise<void> {
      await until(
        async () => {
          if (await condition()) return true;
          await clock.advance(stepMs);
          return false;
        },
        what,
        30_000,
      );
    },
    async [Symbol.asyncDispose]() {
      for (const { peers, faults } of all) {
        delete faults.commit;
        await peers.close();
      }
      kv.close();
    },
  };
}

async function count(kv: Deno.Kv, prefix: Deno.KvKey): Promise<number> {
  let rows = 0;
  for await (const _ of kv.list({ prefix })) rows++;
  return rows;
}

Deno.test("peers: who comes and goes on one server is known to the others, and to those that start later", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "hidden");
  await w.pass(() => b.peers.isOnline("ada"), "b knows of ada");
  assert.deepEqual(b.changes, ["+ada"]);
  assert.equal(a.peers.isOnline("ada"), false, "a server is no peer of its own");
  const c = w.server();
  await w.pass(() => c.peers.isOnline("ada"), "c learns of ada");
  a.peers.set("ada", "gone");
  await w.pass(() => !b.peers.isOnline("ada") && !c.peers.isOnline("ada"), "ada is gone");
  assert.deepEqual(b.changes, ["+ada", "-ada"]);
});

Deno.test("peers: somebody on two servers is gone when both have said so", async () => {
  await using w = await world();
  const [a, b, c] = [w.server(), w.server(), w.server()];
  a.peers.set("ada", "hidden");
  b.peers.set("ada", "hidden");
  await w.pass(() => c.peers.isOnline("ada"), "c knows of ada");
  a.peers.set("ada", "gone");
  a.peers.set("bo", "hidden");
  await w.pass(() => c.peers.isOnline("bo"), "c has heard what a said after that");
  b.peers.set("bo", "hidden");
  await w.pass(() => a.peers.isOnline("bo"), "a has heard of b");
  assert.equal(c.peers.isOnline("ada"), true);
  b.peers.set("ada", "gone");
  await w.pass(() => !c.peers.isOnline("ada"), "ada is gone");
  assert.deepEqual(c.changes, ["+ada", "+bo", "-ada"]);
});

Deno.test("peers: a window is visible on the others until it is not, or its server stops", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "visible");
  await w.pass(() => b.peers.isVisible("ada"), "ada is seen");
  a.peers.set("ada", "hidden");
  await w.pass(() => !b.peers.isVisible("ada"), "ada is not seen");
  assert.equal(b.peers.isOnline("ada"), true);
  a.peers.set("ada", "visible");
  await w.pass(() => b.peers.isVisible("ada"), "ada is seen again");
  await a.peers.close();
  await w.pass(() => !b.peers.isVisible("ada"), "a has said that it stops");
  assert.equal(b.peers.isOnline("ada"), true, "those who come back in a moment have not gone");
});

Deno.test("peers: typing is told once, without what was typed before a server started", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "hidden");
  await w.pass(() => b.peers.isOnline("ada"), "b knows a");
  a.peers.typing("ada", "c1", true);
  await w.pass(() => b.typing.length > 0, "typing is told");
  const c = w.server();
  await w.pass(() => c.peers.isOnline("ada"), "c knows a");
  a.peers.typing("ada", "c1", false);
  await w.pass(() => b.typing.length > 1 && c.typing.length > 0, "its end is told");
  assert.deepEqual(b.typing, ["ada c1 on", "ada c1 off"]);
  assert.deepEqual(c.typing, ["ada c1 off"]);
});

Deno.test("R10 three thousand people at once are few writes, and all of them are known", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("first", "hidden");
  await w.pass(() => b.peers.isOnline("first"), "b knows a");
  let writes = 0;
  a.faults.commit = (commit) => {
    writes++;
    return commit();
  };
  const people = Array.from({ length: 3000 }, (_, i) => `user-${i}`);
  for (const id of people) a.peers.set(id, "hidden");
  await w.pass(() => people.every((id) => b.peers.isOnline(id)), "b knows everybody");
  assert.ok(writes < 20, `${writes} writes`);
  assert.equal(b.changes.length, 3001);
});

Deno.test("peers: a server that dies loses its people after its lease, and its rows are cleared", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "visible");
  await w.pass(() => b.peers.isVisible("ada"), "ada is seen");
  a.faults.commit = () => Promise.reject(new Error("dead"));
  const died = w.clock.now();
  await w.pass(() => !b.peers.isVisible("ada"), "ada is seen no longer");
  assert.equal(b.peers.isOnline("ada"), true);
  await w.pass(() => !b.peers.isOnline("ada"), "ada is gone");
  assert.ok(w.clock.now() - died > LEASE_MS / 2, `after ${w.clock.now() - died} ms`);
  await w.pass(async () => await count(w.kv, keys.peers()) === 1, "its row is cleared");
  await w.pass(async () => await count(w.kv, ["peer_users"]) === 0, "its people are cleared");

  // It was not dead: it says everything again.
  delete a.faults.commit;
  await w.pass(() => b.peers.isVisible("ada"), "ada is back");
  a.peers.set("ada", "hidden");
  await w.pass(() => !b.peers.isVisible("ada"), "and what follows is heard");
});

Deno.test("peers: a store that was away for a minute kills no server", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "hidden");
  await w.pass(() => b.peers.isOnline("ada"), "b knows of ada");
  for (const { faults } of [a, b]) {
    faults.commit = () => Promise.reject(new Error("away"));
    faults.getMany = () => Promise.reject(new Error("away"));
  }
  const before = w.clock.now();
  await w.pass(() => w.clock.now() > before + 60_000, "a minute", 1000);
  for (const { faults } of [a, b]) {
    delete faults.commit;
    delete faults.getMany;
  }
  const back = w.clock.now();
  await w.pass(() => w.clock.now() > back + HEARTBEAT_MS * 3, "some heartbeats");
  assert.deepEqual(b.changes, ["+ada"]);
});

Deno.test("peers: a write that is reported lost but landed is found and told again", async () => {
  await using w = await world();
  const [a, b] = [w.server(), w.server()];
  a.peers.set("ada", "hidden");
  await w.pass(() => b.peers.isOnline("ada"), "b knows of ada");
  a.faults.commit = async (commit) => {
    delete a.faults.commit;
    await commit();
    throw new Error("the answer was lost");
  };
  a.peers.set("bo", "hidden");
  a.peers.set("ada", "gone");
  await w.pass(() => b.peers.isOnline("bo") && !b.peers.isOnline("ada"), "b knows both");
  a.peers.set("bo", "gone");
  await w.pass(() => !b.peers.isOnline("bo"), "and what follows");
  assert.deepEqual(b.changes, ["+ada", "+bo", "-ada", "-bo"]);
});
