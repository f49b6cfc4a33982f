/** The oracle of the browser: whatever happens on the wire, 1..head is shown once, in order. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Message } from "../shared/message_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { createLocalStore } from "./local_store.ts";
import type { ConversationModel } from "./types.ts";

const seqs = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.seq);
const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

/** What may happen on the wire, in any order. */
type Happening =
  | { kind: "send" | "say" | "store" | "lose" | "cut" | "recover" }
  | { kind: "repeat"; which: number }
  | { kind: "wait"; ms: number };

Deno.test("R2 R3 R4 R5 any interleaving of acks, messages, repeats, losses and cuts renders 1..head once, in order", async () => {
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("send" as const, "say" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "store" as const,
          "lose" as const,
          "cut" as const,
          "recover" as const,
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("repeat" as const), which: fc.nat(50) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3000) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const world = createClientWorld(createLocalStore("memory"));
      const { server, clock } = world;
      const { chat, browser } = await openWithBen(world);
      const frames: ServerFrame[] = [];
      const tell = (frame: ServerFrame) => {
        frames.push(frame);
        server.tell(frame);
      };
      let sent = 0;
      const shownOnce = () => {
        const views = chat.messages.peek();
        assert.equal(new Set(views.map(({ key }) => key)).size, views.length, "nothing twice");
        const stored = views.map(({ message }) => message.seq).filter((seq) => seq > 0);
        assert.deepEqual(stored, [...stored].sort((a, b) => a - b), "in order");
      };
      for (const what of happenings) {
        switch (what.kind) {
          case "send":
            chat.send(`mine ${++sent}`);
            break;
          case "say": {
            const message = server.store(ben, ben, "theirs");
            tell(server.messageFrame(ben, message));
            break;
          }
          case "store":
            server.store(ben, ben, "lost on the way");
            break;
          case "lose":
            server.answers = false;
            break;
          case "cut":
            server.network.socket.drop();
            server.answers = true;
            break;
          case "recover":
            server.answers = true;
            await clock.advance(21_000);
            break;
          case "repeat": {
            const stored: Message[] = server.conversation(ben).messages;
            const message = stored[what.which % Math.max(1, stored.length)];
            if (!message) break;
            const { clientId } = message;
            if (what.which % 2 && message.senderId === "ann") {
              tell({ type: "ack", clientId, message });
            } else tell({ type: "message", message, rev: message.seq });
            break;
          }
          case "wait":
            await clock.advance(what.ms);
        }
        shownOnce();
        // Enough for what is only promises here; the clock's own steps let everything settle.
        for (let i = 0; i < 30; i++) await Promise.resolve();
        shownOnce();
      }
      server.answers = true;
      server.network.socket.drop();
      browser.fire("network");
      await clock.advance(60_000);
      const { messages } = server.conversation(ben);
      assert.deepEqual(seqs(chat), upTo(messages.length));
      assert.deepEqual(
        messages.filter((m) => m.senderId === "ann").map((m) => m.content),
        upTo(sent).map((n) => `mine ${n}`),
      );
    }),
    { numRuns: 40 },
  );
});
