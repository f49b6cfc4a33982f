import assert from "node:assert/strict";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

const HOUR = 3_600_000;

async function chat() {
  const world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const { message } = await world.chat.send(ben.id, { receiverId: ann.id, content: "Hello" });
  return Object.assign(world, { ann, ben, id: message.conversationId });
}

function set(world: World, person: TestPerson, conversationId: string, until: string | null) {
  const mutedConversations = [{ conversationId, until }];
  return world.services.preferences.setPreferences(person.id, { mutedConversations });
}
const inAnHour = (world: World) => new Date(world.clock.now() + HOUR).toISOString();
const isMuted = async (world: World, { id }: TestPerson) =>
  (await world.chat.listConversations(id, { limit: 5 })).conversations[0]?.muted;

Deno.test("a conversation is muted until its time, for its owner alone", async () => {
  await using world = await chat();
  const { ann, ben, id } = world;
  const until = inAnHour(world);
  const { mutedConversations } = await set(world, ann, id, until);
  assert.deepEqual(mutedConversations, [{ conversationId: id, until }]);
  assert.deepEqual([await isMuted(world, ann), await isMuted(world, ben)], [true, false]);
  const end = async () => (await world.chat.getConversation(ann.id, id))?.mutedUntil;
  assert.equal(await end(), until);
  await world.clock.advance(HOUR);
  assert.equal(await isMuted(world, ann), false);
  assert.equal(await end(), undefined);
  assert.deepEqual((await world.services.preferences.preferences(ann.id)).mutedConversations, []);
});

Deno.test("R5 own devices are told of a mute, live and by a resume; others are told nothing", async () => {
  await using world = await chat();
  const { ann, ben, id } = world;
  const [device, partner] = [await world.connect(ann), await world.connect(ben)];
  const known = await world.chat.getConversation(ann.id, id);
  await set(world, ann, id, inAnHour(world));
  const { conversation } = await device.wait("conversation");
  assert.deepEqual([conversation.id, conversation.muted], [id, true]);
  await partner.roundTrip();
  assert.deepEqual(partner.of("conversation"), []);
  const { conversations } = await world.chat.missed(ann.id, {
    [id]: { seq: known?.seq ?? 0, rev: known?.rev ?? 0 },
  });
  assert.equal(conversations[0]?.muted, true);
});

Deno.test("a mute keeps read marks and messages as they are, and ends by null", async () => {
  await using world = await chat();
  const { ann, ben, id } = world;
  await set(world, ann, id, inAnHour(world));
  await world.chat.send(ben.id, { receiverId: ann.id, content: "Still here?" });
  const row = await world.chat.getConversation(ann.id, id);
  assert.deepEqual([row?.seq, row?.unreadCount, row?.muted], [2, 2, true]);
  assert.deepEqual((await set(world, ann, id, null)).mutedConversations, []);
  assert.equal(await isMuted(world, ann), false);
});

Deno.test("a room can be muted as well", async () => {
  await using world = await chat();
  const { ann, ben } = world;
  const by = { userId: ann.id, role: "instructor" } as const;
  const room = await world.rooms.create(by, { name: "Cohort", memberIds: [ben.id] });
  await set(world, ben, room.id, inAnHour(world));
  const muted = async ({ id }: TestPerson) =>
    (await world.chat.getConversation(id, room.id))?.muted;
  assert.deepEqual([await muted(ben), await muted(ann)], [true, false]);
});

Deno.test("R8 somebody else's conversation is not there, and nothing else is changed", async () => {
  await using world = await chat();
  const stranger = await world.person("Cleo");
  const failure = async (conversationId: string) =>
    await world.services.preferences.setPreferences(stranger.id, {
      categories: { grades: { push: false } },
      mutedConversations: [{ conversationId, until: null }],
    }).then(() => null, ({ code, message, issues }) => ({ code, message, issues }));
  const unknown = await failure("d_aaaaaaaaaaaaaaaaaaaaaa");
  assert.equal(unknown?.code, "not_found");
  assert.deepEqual(unknown?.issues, [
    { path: "mutedConversations.0.conversationId", message: "no such conversation" },
  ]);
  assert.deepEqual(await failure(world.id), unknown);
  const { categories } = await world.services.preferences.preferences(stranger.id);
  assert.equal(categories.find(({ name }) => name === "grades")?.push.on, true);
});
