import assert from "node:assert/strict";
import type { Principal } from "../identity/types.ts";
import { createWorld, type TestPerson } from "../testing/world.ts";

const service: Principal = {
  kind: "service",
  keyId: "k1",
  scopes: ["notifications:send"],
  via: "bearer",
};
const about = { type: "news", title: "News", message: "There are some" };
const HOUR = 3_600_000;

Deno.test("R4 who came while the clock was an hour ahead is told what is sent once it is set back", async () => {
  await using world = await createWorld();
  const owner = await world.person("Owner");
  const by = { userId: owner.id, role: "instructor" } as const;
  const room = await world.rooms.create(by, { name: "Cohort", memberIds: [] });
  await world.notifications.send(service, { ...about, to: { broadcast: true } }, null);
  await world.clock.advance(HOUR);
  const ann = await world.person("Ann");
  await world.rooms.addMember(by, room.id, ann.id);
  world.clock.jump(-HOUR);
  await world.notifications.send(service, { ...about, to: { broadcast: true } }, null);
  await world.notifications.send(service, { ...about, to: { room: room.id } }, null);
  const seqs = async ({ id }: TestPerson) => {
    const page = { filter: "all", limit: 10 } as const;
    return (await world.notifications.list(id, page)).notifications.map(({ seq }) => seq);
  };
  assert.deepEqual(await seqs(ann), [3, 2]);
  assert.deepEqual(await seqs(owner), [3, 2, 1]);
});
