import assert from "node:assert/strict";
import { createRows } from "../kv/journal/journal_rows.ts";
import { faultyKv, type KvFaults } from "../testing/faulty_kv.ts";
import { createWorld } from "../testing/world.ts";
import { asChatEvent } from "./chat_events.ts";
import { Directory } from "./directory.ts";

Deno.test("an event that comes while its conversation is being loaded is not lost", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "1" });
  const directory = new Directory(world.store.kv, world.journal.rows);
  world.journal.listen((events) => {
    for (const { payload } of events) {
      const event = asChatEvent(payload);
      if (event) directory.apply(event);
    }
  });
  for (let i = 2; i < 40; i++) {
    const loading = directory.load(message.conversationId);
    await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
    assert.equal((await loading)?.seq, i);
    assert.equal((await directory.load(message.conversationId))?.seq, i);
    directory.drop();
  }
});

Deno.test("a list that is being read learns of a conversation that begins meanwhile", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const directory = new Directory(world.store.kv, world.journal.rows);
  world.journal.listen((events) => {
    for (const { payload } of events) {
      const event = asChatEvent(payload);
      if (event) directory.apply(event);
    }
  });
  for (let i = 1; i <= 10; i++) {
    const other = await world.person(`Person ${i}`);
    const listing = directory.listIds(ada.id);
    await world.chat.send(other.id, { receiverId: ada.id, content: "Hi" });
    await listing;
    assert.equal((await directory.listIds(ada.id)).size, i);
    directory.drop();
  }
});

Deno.test("R8 somebody else's conversation in memory takes a read of the store like one that is not there", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const { message } = await world.chat.send(ada.id, { receiverId: bo.id, content: "secret" });
  // Puts the rows in their places, where this directory looks.
  await world.journal.close();
  let reads = 0;
  const faults: KvFaults = {
    getMany: () => {
      reads++;
      return Promise.resolve();
    },
  };
  const kv = faultyKv(world.store.kv, faults);
  const directory = new Directory(kv, createRows(kv, null));
  assert.ok(await directory.find(ada.id, message.conversationId));
  const counts: number[] = [];
  for (const id of [message.conversationId, "d_0000000000000000000000"]) {
    reads = 0;
    assert.equal(await directory.find(cy.id, id), null);
    counts.push(reads);
  }
  assert.deepEqual(counts, [1, 1]);
});
