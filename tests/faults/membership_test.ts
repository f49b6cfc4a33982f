/** A member is removed in the middle of what they send: each message is in or out, never between. */
import assert from "node:assert/strict";
import type { Message } from "../../lib/shared/message_schema.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { Cast, pause } from "./support/cast.ts";
import { createGround } from "./support/local_server.ts";
import { settled } from "./support/oracle.ts";
import { faultTest } from "./support/plan.ts";
import { Rest, tokenOf } from "./support/rest.ts";
import { createRunningClock } from "./support/running_clock.ts";

const ROUNDS = 8;
/** Messages of a round that are under way when the door closes. */
const BURST = 40;

faultTest("R1 R4 R8 membership that ends in the middle of sends", async (dice) => {
  const clock = createRunningClock();
  await using ground = await createGround();
  const server = await ground.open({ clock, shared: dice.chance(0.5) });
  const cast = await Cast.gather({ dice: dice.of("cast"), origin: () => server.origin });
  const { ledger, roomId } = cast;
  const owner = cast.rest("ina");
  const token = await tokenOf({ id: "dan" });
  const dan = new Rest(() => server.origin, token);
  await dan.get("GET", "users/me");
  const door = `rooms/${roomId}/members/dan`;
  let over = false;
  const acting = cast.act(() => over);
  const plan = dice.of("door");
  const sockets: SocketClient[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      assert.equal((await owner.ask("PUT", door)).status, 204);
      const socket = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, {
        token,
      });
      sockets.push(socket);
      await socket.wait("connected");
      await socket.roundTrip();

      const target = { kind: "room" as const, id: roomId };
      const say = (clientId: string, by: string) => {
        const content = `${by} ${clientId}`;
        ledger.said("dan", { device: by, target, content, ordered: false });
        return { conversationId: roomId, content, clientId };
      };
      const posts: Promise<void>[] = [];
      for (let i = 0; i < BURST; i++) {
        const clientId = `dan-${round}-${i}`;
        if (i % 2 === 0) socket.send({ type: "send", ...say(clientId, "dan by socket") });
        else {
          const body = say(clientId, "dan by REST");
          posts.push(
            dan.ask("POST", "messages", body).then(({ status, json }) => {
              if (status === 201) ledger.acked("dan", json.data);
              else {
                assert.deepEqual([status, json.error.code], [404, "not_found"]);
                ledger.unsaid(body.content);
              }
            }),
          );
        }
        if (plan.chance(0.3)) await pause(plan.next() * 4);
        if (i === Math.floor(BURST / 2)) {
          posts.push(owner.ask("DELETE", door).then(({ status }) => assert.equal(status, 204)));
        }
      }
      await Promise.all(posts);
      await socket.wait("conversation.removed");
      const answers = () => [...socket.of("ack"), ...socket.of("error")];
      await settled(() => {
        const { length } = answers();
        return length < BURST / 2 ? `${length} of ${BURST / 2} sends are answered` : null;
      });
      await socket.roundTrip();
      assert.equal(answers().length, BURST / 2, "each send has one answer");
      for (const answer of answers()) {
        if (answer.type === "ack") ledger.acked("dan", answer.message);
        else {
          assert.equal(answer.code, "not_found");
          ledger.unsaid(`dan by socket ${answer.clientId}`);
        }
      }
      await isOutside(socket, dan, roomId);
    }
    over = true;
    await acting;
    await cast.judge();
    // Whoever comes back reads all of it, and the answers of what got through are the same again.
    assert.equal((await owner.ask("PUT", door)).status, 204);
    const mine = [...ledger.acks.values()].filter(({ personId }) => personId === "dan");
    assert.ok(mine.length > 0, "nothing got through");
    for (const { message } of mine) {
      const { conversationId, content, clientId } = message;
      const again = await dan.ask("POST", "messages", { conversationId, content, clientId });
      assert.deepEqual([again.status, again.json.data.id], [200, message.id], "R3");
    }
    const all = await dan.all<Message>(
      `messages/conversation/${roomId}?limit=200`,
      "after",
      "0",
    );
    assert.deepEqual(all.map(({ seq }) => seq), all.map((_, i) => i + 1));
  } finally {
    over = true;
    await acting;
    for (const socket of sockets) await socket.close();
    await cast.close();
    clock.stop();
  }
});

/** R8: from `conversation.removed` on nothing of the room is told, read or taken. */
async function isOutside(socket: SocketClient, rest: Rest, roomId: string): Promise<void> {
  const removed = socket.frames.findIndex(({ type }) => type === "conversation.removed");
  const later = socket.frames.slice(removed + 1).filter((frame) =>
    frame.type === "message" && frame.message.conversationId === roomId
  );
  assert.deepEqual(later, [], "a message was told to somebody who had been removed");
  const read = await rest.ask("GET", `messages/conversation/${roomId}`);
  const nowhere = await rest.ask("GET", "messages/conversation/r_AAAAAAAAAAAAAAAAAAAAAA");
  assert.deepEqual([read.status, read.json.error.code], [404, "not_found"]);
  assert.equal(read.json.error.message, nowhere.json.error.message);
  const { status } = await rest.ask("POST", "messages", {
    conversationId: roomId,
    content: "late",
  });
  assert.equal(status, 404);
}
