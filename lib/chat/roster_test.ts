import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChatEvent } from "./chat_events.ts";
import type { MemberRow } from "./chat_rows.ts";
import { Roster } from "./roster.ts";

const ids = ["ada", "bo", "cy"];

function newRoster(): Roster {
  const place: MemberRow = {
    role: "member",
    readSeq: 0,
    readRev: 0,
    joinedAt: 0,
    mutedUntil: null,
  };
  return new Roster(
    "r_0000000000000000000000",
    {
      kind: "room",
      seq: 0,
      rev: 0,
      createdAt: 0,
      lastAt: 0,
      name: "Cohort",
      pair: null,
      places: null,
      memberCount: 3,
    },
    new Map(ids.map((id) => [id, place])),
    null,
  );
}

function message(senderId: string, seq: number, rev: number): ChatEvent {
  const conversationId = "r_0000000000000000000000";
  return {
    type: "message",
    began: false,
    caughtUp: false,
    frame: {
      type: "message",
      rev,
      message: {
        id: `${conversationId}.${seq}`,
        clientId: `${seq}`,
        conversationId,
        seq,
        senderId,
        content: "Hi",
        createdAt: new Date(seq).toISOString(),
        editedAt: null,
        deletedAt: null,
        replyTo: null,
        reactions: [],
        read: false,
        sender: { id: senderId, name: senderId, avatar: null },
      },
    },
  };
}

Deno.test("R6 what is kept of marks equals a recount, and an event taken twice changes nothing", () =>
  fc.assert(fc.property(
    fc.array(fc.record({
      who: fc.constantFrom(...ids),
      read: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }),
      twice: fc.boolean(),
    })),
    (steps) => {
      const roster = newRoster();
      const marks = new Map(ids.map((id) => [id, 0]));
      let seq = 0;
      let rev = 0;
      let last: string | null = null;
      for (const { who, read, twice } of steps) {
        let event: ChatEvent;
        if (read === null) {
          event = message(who, ++seq, ++rev);
          last = who;
          marks.set(who, seq);
        } else {
          // As the operation has it: forwards only, and never beyond the newest.
          const upTo = Math.min(read, seq);
          if (upTo <= marks.get(who)!) continue;
          marks.set(who, upTo);
          const conversationId = roster.id;
          event = { type: "read", conversationId, userId: who, upTo, rev: ++rev, seq };
        }
        roster.apply(event);
        if (twice) roster.apply(event);
        assert.deepEqual([roster.seq, roster.rev], [seq, rev]);
        assert.equal(roster.readUpTo, Math.min(...marks.values()));
        assert.deepEqual(
          new Map([...roster.members].map(([id, { readSeq }]) => [id, readSeq])),
          marks,
        );
        assert.equal(roster.last?.senderId ?? null, last);
      }
    },
  )));

Deno.test("members come and go, and who has left does not hold a message unread", () => {
  const roster = newRoster();
  roster.apply(message("ada", 1, 1));
  const change = {
    type: "members",
    conversationId: roster.id,
    began: false,
    role: "member",
    readSeq: 1,
    at: 0,
  } as const;
  roster.apply({ type: "read", conversationId: roster.id, userId: "bo", upTo: 1, rev: 2, seq: 1 });
  assert.equal(roster.readUpTo, 0);
  roster.apply({ ...change, userIds: ["cy"], joined: false, memberCount: 2, rev: 3 });
  assert.equal(roster.readUpTo, 1);
  roster.apply({ ...change, userIds: ["dee"], joined: true, memberCount: 3, rev: 4 });
  assert.deepEqual([...roster.members.keys()], ["ada", "bo", "dee"]);
  assert.equal(roster.readUpTo, 1);
});
