import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { z } from "zod";
import { conversationSchema, messageSchema, readStateSchema } from "../shared/message_schema.ts";
import { pageSchema } from "../shared/basics.ts";
import { ask as request } from "../testing/ask.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

/** A request as a program makes it; `data`, `page` and `error` are those of the envelope. */
async function ask(
  world: World,
  person: TestPerson | null,
  method: string,
  path: string,
  body?: unknown,
) {
  const { status, json } = await request(world, method, path, { by: person, body });
  return { status, ...json };
}

async function talk() {
  const world = await createWorld({ shared: true });
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ] as const;
  return { world, ada, bo, cy };
}

Deno.test("POST /api/messages sends once for a clientId, and trims", async () => {
  const { world, ada, bo } = await talk();
  await using _ = world;
  const body = { receiverId: bo.id, content: "  Hello  ", clientId: "c1" };
  const first = await ask(world, ada, "POST", "/api/messages", body);
  assert.equal(first.status, 201);
  assert.deepEqual(messageSchema.parse(first.data), first.data);
  assert.equal(first.data.content, "Hello");
  const again = await ask(world, ada, "POST", "/api/messages", body);
  assert.deepEqual([again.status, again.data], [200, first.data]);
  const bare = { conversationId: first.data.conversationId, content: "x" };
  const second = await ask(world, bo, "POST", "/api/messages", bare);
  assert.deepEqual([second.status, second.data.seq], [201, 2]);
});

Deno.test("POST /api/messages says what is wrong, field by field", async () => {
  const { world, ada, bo } = await talk();
  await using _ = world;
  const bad: [unknown, string][] = [
    [{ content: "x" }, "receiverId"],
    [{ receiverId: bo.id, conversationId: "d_x", content: "x" }, "receiverId"],
    [{ receiverId: bo.id, content: " " }, "content"],
    [{ receiverId: bo.id, content: "x".repeat(5001) }, "content"],
    [{ receiverId: bo.id, content: "x", clientId: "a b" }, "clientId"],
    [{ receiverId: ada.id, content: "x" }, "receiverId"],
    [{ receiverId: bo.id, content: "x", replyTo: "nothing" }, "replyTo"],
    [{ receiverId: bo.id, content: "x", colour: "red" }, "colour"],
  ];
  for (const [body, path] of bad) {
    const { status, error } = await ask(world, ada, "POST", "/api/messages", body);
    assert.deepEqual([status, error.code], [400, "invalid"], path);
    assert.ok(error.issues.some((issue: { path: string }) => issue.path === path), path);
  }
  const nobody = await ask(world, null, "POST", "/api/messages", {
    receiverId: bo.id,
    content: "x",
  });
  assert.equal(nobody.status, 401);
});

Deno.test("GET conversations pages, without what only the socket tells", async () => {
  const { world, ada, bo, cy } = await talk();
  await using _ = world;
  for (const to of [bo, cy]) {
    world.clock.jump(1000);
    await world.chat.send(ada.id, { receiverId: to.id, content: "Hi" });
  }
  const first = await ask(world, ada, "GET", "/api/messages/conversations?limit=1");
  assert.deepEqual(z.array(conversationSchema).parse(first.data), first.data);
  assert.deepEqual(pageSchema.parse(first.page).before, null);
  assert.equal(first.data[0].partner.name, "Cy");
  const after = encodeURIComponent(first.page.after);
  const second = await ask(world, ada, "GET", `/api/messages/conversations?limit=1&after=${after}`);
  assert.deepEqual([second.data[0].partner.name, second.page.after], ["Bo", null]);
  for (const query of ["limit=0", "limit=101", "after=%20", "colour=red"]) {
    assert.equal(
      (await ask(world, ada, "GET", `/api/messages/conversations?${query}`)).status,
      400,
    );
  }
});

Deno.test("GET conversation/:id pages by seq, by partner's id and by its own", async () => {
  const { world, ada, bo } = await talk();
  await using _ = world;
  for (let i = 0; i < 60; i++) {
    await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  }
  const { id } = (await world.chat.getConversation(ada.id, bo.id))!;
  const page = async (query: string, name = bo.id) => {
    const { data, page } = await ask(
      world,
      ada,
      "GET",
      `/api/messages/conversation/${name}${query}`,
    );
    const seqs = z.array(messageSchema).parse(data).map(({ seq }) => seq);
    return [seqs[0], seqs.at(-1), seqs.length, page.before, page.after];
  };
  assert.deepEqual(await page(""), [11, 60, 50, "11", null]);
  assert.deepEqual(await page("?before=11", id), [1, 10, 10, null, "10"]);
  assert.deepEqual(await page("?after=3&limit=2"), [4, 5, 2, "4", "5"]);
  assert.deepEqual(await page("?around=30&limit=10"), [25, 34, 10, "25", "34"]);
  for (const query of ["limit=201", "before=x", "before=3&after=1", "after=-1"]) {
    const path = `/api/messages/conversation/${bo.id}?${query}`;
    assert.equal((await ask(world, ada, "GET", path)).status, 400, query);
  }
});

Deno.test("PUT read/:id moves the mark and answers where it is", async () => {
  const { world, ada, bo } = await talk();
  await using _ = world;
  for (let i = 0; i < 3; i++) {
    await world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` });
  }
  const read = (body: unknown) => ask(world, bo, "PUT", `/api/messages/read/${ada.id}`, body);
  const first = await read({ upTo: 2 });
  assert.deepEqual(readStateSchema.parse(first.data), { readSeq: 2, unreadCount: 1 });
  assert.deepEqual((await read({ upTo: 1 })).data, { readSeq: 2, unreadCount: 1 });
  assert.deepEqual((await read({})).data, { readSeq: 3, unreadCount: 0 });
  assert.equal((await read({ upTo: -1 })).status, 400);
});

Deno.test("R9 a page of history and the list take as many reads however much is stored", async () => {
  const { world, ada, bo } = await talk();
  await using _ = world;
  const { kv } = world.store;
  const count = async (): Promise<number> => {
    // A server that has nothing in memory, so that everything it answers is read. What it reads by
    // itself meanwhile does not count.
    let reads = 0;
    const asked = new AsyncLocalStorage<true>();
    const note = () => void (asked.getStore() && reads++);
    const list = kv.list.bind(kv);
    const getMany = kv.getMany.bind(kv);
    const get = kv.get.bind(kv);
    kv.list = ((...args: Parameters<typeof list>) => {
      const rows = list(...args);
      const next = rows.next.bind(rows);
      rows.next = async () => {
        note();
        return await next();
      };
      return rows;
    }) as typeof kv.list;
    kv.getMany = ((...args: Parameters<typeof getMany>) => {
      note();
      return getMany(...args);
    }) as typeof kv.getMany;
    kv.get = ((...args: Parameters<typeof get>) => {
      note();
      return get(...args);
    }) as typeof kv.get;
    try {
      const server = await world.another();
      await asked.run(true, async () => {
        await server.chat.listConversations(bo.id, { limit: 30 });
        await server.chat.history(bo.id, ada.id, { limit: 20, before: 21 });
        await server.chat.markRead(bo.id, ada.id, 1);
      });
      return reads;
    } finally {
      Object.assign(kv, { list, getMany, get });
    }
  };
  const send = (n: number) =>
    Promise.all(
      Array.from({ length: n }, (_, i) =>
        world.chat.send(ada.id, { receiverId: bo.id, content: `${i}` })),
    );
  await send(100);
  const few = await count();
  assert.ok(few > 3, `${few} reads are too few to be true`);
  await send(3000);
  assert.equal(await count(), few);
});
