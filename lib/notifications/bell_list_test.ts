import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import { about, service } from "../testing/notices.ts";
import { createWorld } from "../testing/world.ts";
import { listEntries } from "./bell_list.ts";
import { BellReader } from "./bell_reader.ts";
import { storedRows } from "./bell_rows.ts";

const to = (userId: string) => ({ to: { userId }, ...about });

Deno.test("pages lead back to the first one, over all logs, in one order", async () => {
  await using world = await createWorld();
  const { notifications } = world;
  const ann = await world.person("Ann");
  const room = await world.rooms.create({ userId: ann.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [],
  });
  const targets = [{ userId: ann.id }, { room: room.id }, { broadcast: true as const }];
  for (let i = 1; i <= 50; i++) {
    const audience = targets[i % 7 % 3] ?? { userId: ann.id };
    await notifications.send(service, { ...about, title: `${i}`, to: audience }, null);
  }
  const seqs: number[] = [];
  let before: number | undefined;
  do {
    const page = await notifications.list(ann.id, { filter: "all", limit: 7, before });
    seqs.push(...page.notifications.map(({ seq }) => seq));
    before = page.before ?? undefined;
  } while (before !== undefined);
  assert.deepEqual(seqs, Array.from({ length: 50 }, (_, i) => 50 - i));
});

Deno.test("R9 unread ones far down are found without reading what lies above them", async () => {
  await using world = await createWorld();
  const { notifications } = world;
  const ann = await world.person("Ann");
  for (let i = 1; i <= 400; i++) await notifications.send(service, to(ann.id), null);
  await notifications.markAllRead(ann.id);
  const inbox = (await world.store.kv.get<Record<string, unknown>>(keys.inbox(ann.id))).value;
  const logs = {
    [`u:${ann.id}`]: { joinedAt: 0, start: 0, seen: 0, read: [3, 400], archived: [] },
  };
  await world.store.kv.set(keys.inbox(ann.id), { ...inbox, logs });
  let read = 0;
  const kv = world.store.kv;
  const counting = new Proxy(kv, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== "list") return typeof value === "function" ? value.bind(target) : value;
      return async function* (...args: Parameters<Deno.Kv["list"]>) {
        for await (const entry of target.list(...args)) {
          read++;
          yield entry;
        }
      };
    },
  });
  const reader = new BellReader({ kv: counting, users: world.users, rooms: world.rooms });
  const bell = await reader.read(storedRows(kv), ann.id);
  const listed = await listEntries(counting, bell, { filter: "unread", limit: 10 });
  assert.deepEqual(listed.map(({ entry }) => entry.seq), [2, 1]);
  assert.ok(read < 40, `${read} rows were read`);
});

Deno.test("R10 an inbox row stays small however it is read", async () => {
  await using world = await createWorld();
  const { notifications } = world;
  const ann = await world.person("Ann");
  const ids: string[] = [];
  for (let i = 0; i < 900; i++) ids.push((await notifications.send(service, to(ann.id), null)).id);
  for (let i = 1; i < ids.length; i += 2) await notifications.markRead(ann.id, ids[i] ?? "");
  const { unreadCount } = await notifications.counts(ann.id);
  const unread: unknown[] = [];
  let before: number | undefined;
  do {
    const page = await notifications.list(ann.id, { filter: "unread", limit: 100, before });
    unread.push(...page.notifications);
    before = page.before ?? undefined;
  } while (before !== undefined);
  assert.equal(unread.length, unreadCount);
  assert.ok(unreadCount >= 399 && unreadCount <= 450);
});
