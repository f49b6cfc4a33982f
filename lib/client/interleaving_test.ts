/** The oracle of the browser: whatever happens on the wire, 1..head is shown once, in order. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Message } from "../shared/message_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { ann, ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { createLocalStore } from "./local_store.ts";
import type { ConversationModel } from "./types.ts";

const seqs = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.seq);
const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

/** What may happen on the wire, in any order. */
type Happening =
  | { kind: "send" | "say" | "store" | "lose" | "cut" | "restart" | "recover" | "see" }
  /** Frames come late, and the newest first. */
  | { kind: "hold" | "release" }
  /** On another device of hers, or by Ben; the frame is lost with the connection, or comes. */
  | { kind: "read"; by: "ann" | "ben"; share: number; lost: boolean }
  | { kind: "repeat"; which: number }
  | { kind: "wait"; ms: number };

Deno.test("R2 R3 R4 R5 R6 R7 any interleaving of messages, marks, repeats, late frames, losses, cuts and restarts shows 1..head once, and the counts of the log", async () => {
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("send" as const, "say" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("read" as const),
        by: fc.constantFrom("ann" as const, "ben" as const),
        share: fc.integer({ min: 1, max: 10 }).map((tenths) => tenths / 10),
        lost: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom("hold" as const, "release" as const, "see" as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "store" as const,
          "lose" as const,
          "cut" as const,
          "restart" as const,
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
      let held: ServerFrame[] | null = null;
      const tell = (frame: ServerFrame) => {
        if (held) held.unshift(frame);
        else server.tell(frame);
      };
      const cut = (code?: number) => {
        held = null;
        server.network.socket.drop(code);
        server.answers = true;
      };
      let sent = 0;
      const shownOnce = () => {
        const views = chat.messages.peek();
        assert.equal(new Set(views.map(({ key }) => key)).size, views.length, "nothing twice");
        const stored = views.map(({ message }) => message.seq).filter((seq) => seq > 0);
        assert.deepEqual(stored, [...stored].sort((a, b) => a - b), "in order");
        const { seq, readSeq, unreadCount } = chat.row.peek();
        assert.equal(unreadCount, seq - readSeq, "R6 the count is derived");
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
            cut();
            break;
          case "restart":
            server.tell({ type: "bye", code: 1012, retryInMs: 700 });
            cut(1012);
            break;
          case "hold":
            held ??= [];
            break;
          case "release": {
            const late = held ?? [];
            held = null;
            server.tell(...late, ...late);
            break;
          }
          case "see":
            chat.markRead();
            break;
          case "read": {
            const head = server.conversation(ben).messages.length;
            const by = what.by === "ann" ? ann : ben;
            const frame = server.read(ben, by, Math.round(what.share * head));
            if (what.lost) cut();
            else server.tell(frame);
            break;
          }
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
      cut();
      browser.fire("network");
      await clock.advance(60_000);
      const { messages, readSeq, partnerReadSeq } = server.conversation(ben);
      assert.equal(chat.row.peek().readSeq, readSeq, "R7 the own mark");
      assert.equal(chat.unreadCount.peek(), messages.length - readSeq, "R6 the count");
      for (const { own, state, message } of chat.messages.peek()) {
        if (own) assert.equal(state === "read", message.seq <= partnerReadSeq, "R5 Ben's mark");
      }
      assert.deepEqual(seqs(chat), upTo(messages.length));
      assert.deepEqual(
        messages.filter((m) => m.senderId === "ann").map((m) => m.content),
        upTo(sent).map((n) => `mine ${n}`),
      );
    }),
    { numRuns: 60 },
  );
});
