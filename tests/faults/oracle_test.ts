/** The oracle itself: it takes what is right, and nothing that is wrong. */
import assert from "node:assert/strict";
import type { MessageView } from "../../lib/client/types.ts";
import type { Message } from "../../lib/shared/message_schema.ts";
import { lookAt } from "./support/device.ts";
import { Ledger } from "./support/ledger.ts";
import { judge, type Witness } from "./support/oracle.ts";

/** What a server says to Ada: a conversation with Bo, and a bell. */
interface World {
  log: Message[];
  row: { id: string; partner: { id: string }; seq: number; readSeq: number; unreadCount: number };
  bell: { id: string; seq: number; title: string; seenAt: string | null; readAt: string | null }[];
  counts: { unreadCount: number; unseenCount: number };
  ledger: Ledger;
}

function message(seq: number, senderId = "ada"): Message {
  return {
    id: `d.${seq}`,
    clientId: `c${seq}`,
    conversationId: "d",
    seq,
    senderId,
    content: `${senderId} ${seq}`,
    createdAt: `2026-01-01T00:00:0${seq}.000Z`,
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    reactions: [],
    read: false,
    sender: { id: senderId, name: senderId, avatar: null },
  };
}

/** Ada wrote 1 and 2, Bo wrote 3, which Ada has not read; one of two notifications is read. */
function world(): World {
  const log = [message(1), message(2), message(3, "bo")];
  const ledger = new Ledger();
  for (const each of log) {
    ledger.acked(each.senderId, each);
    ledger.said(each.senderId, {
      device: each.senderId,
      target: { kind: "person", id: "other" },
      content: each.content,
    });
  }
  ledger.read("ada1", "ada", { kind: "person", id: "bo" }, 2);
  const bell = [2, 1].map((seq) => {
    const at = seq === 1 ? "2026-01-01T00:00:00.000Z" : null;
    return { id: `n${seq}`, seq, title: `t${seq}`, seenAt: at, readAt: at };
  });
  for (const { title } of bell) ledger.noticed({ title, recipients: ["ada"] });
  return {
    log,
    row: { id: "d", partner: { id: "bo" }, seq: 3, readSeq: 2, unreadCount: 1 },
    bell,
    counts: { unreadCount: 1, unseenCount: 1 },
    ledger,
  };
}

async function judgeWorld({ log, row, bell, counts, ledger }: World): Promise<void> {
  const rest: Witness["rest"] = {
    // The rows are what each list is asked for.
    // deno-lint-ignore no-explicit-any
    all(path: string): Promise<any[]> {
      if (path.startsWith("messages/conversations")) return Promise.resolve([row]);
      if (path.startsWith("messages/conversation/")) return Promise.resolve(log);
      return Promise.resolve(path.includes("archived") ? [] : bell);
    },
    ask: () => Promise.resolve({ status: 200, json: counts }),
  };
  await judge({ people: [{ id: "ada", rest }], devices: [], ledger, patienceMs: 0 });
}

Deno.test("the oracle takes what is right", async () => {
  await judgeWorld(world());
});

const wrong: [string, (world: World) => void][] = [
  ["R1 an acknowledged message is lost", ({ log, row }) => {
    log.pop();
    row.seq = 2;
    row.unreadCount = 0;
  }],
  ["R1 another text than the one that was acknowledged", ({ log }) => {
    log[0] = { ...log[0]!, content: "ada 2" };
  }],
  ["R2 a gap", ({ log }) => {
    log[2] = { ...log[2]!, seq: 4 };
  }],
  ["R2 a repeat", ({ log }) => {
    log[2] = { ...log[2]!, seq: 2 };
  }],
  ["R2 a head beyond the log", ({ row }) => {
    row.seq = 4;
  }],
  ["R2 times that go back", ({ log }) => {
    log[2] = { ...log[2]!, createdAt: "2026-01-01T00:00:00.000Z" };
  }],
  ["R3 one clientId made two messages", ({ log }) => {
    log[1] = { ...log[1]!, clientId: "c1" };
  }],
  ["R3 one id is there twice", ({ log }) => {
    log[1] = { ...log[1]!, id: "d.1" };
  }],
  ["R3 two answers for one clientId", ({ ledger }) => {
    ledger.acked("ada", { ...message(2), clientId: "c1" });
  }],
  ["something that nobody wrote", ({ log, row }) => {
    log.push(message(4, "bo"));
    row.seq = 4;
    row.unreadCount = 2;
  }],
  ["something that was written is missing", ({ ledger }) => {
    ledger.said("ada", { device: "ada", target: { kind: "room", id: "r" }, content: "lost" });
  }],
  ["messages of one device that have changed places", ({ ledger }) => {
    ledger.sayings.reverse();
  }],
  ["R6 an unread count that is no recount", ({ row }) => {
    row.unreadCount = 2;
  }],
  ["R7 a mark behind what was read", ({ row }) => {
    row.readSeq = 1;
    row.unreadCount = 2;
  }],
  ["a notification is missing", ({ ledger }) => {
    ledger.noticed({ title: "t3", recipients: ["ada"] });
  }],
  ["a notification is there twice", ({ bell, counts }) => {
    bell.unshift({ ...bell[0]!, id: "n3", seq: 3 });
    counts.unreadCount = counts.unseenCount = 2;
  }],
  ["a bell out of order", ({ bell }) => {
    bell.reverse();
  }],
  ["R6 a count of notifications that is no recount", ({ counts }) => {
    counts.unreadCount = 0;
  }],
];
for (const [what, spoil] of wrong) {
  Deno.test(`the oracle finds ${what}`, async () => {
    const spoilt = world();
    spoil(spoilt);
    await assert.rejects(judgeWorld(spoilt), assert.AssertionError);
  });
}

Deno.test("what is on a screen is right: each once, in order, unsent ones at the end", () => {
  const view = (seq: number, senderId = "ada"): MessageView => ({
    key: `${senderId}/${seq}`,
    message: { ...message(seq, senderId) },
    own: senderId === "ada",
    state: null,
    failure: null,
  });
  const unsent = { ...view(0), key: "ada/new" };
  assert.equal(lookAt([]), null);
  assert.equal(lookAt([view(4), view(5, "bo"), unsent]), null);
  assert.equal(lookAt([view(1, "bo"), view(3)]), null, "an own one ahead of a gap");
  for (
    const views of [
      [view(1), view(1)],
      [view(2), view(1)],
      [view(1), view(3, "bo")],
      [unsent, view(1)],
    ]
  ) assert.notEqual(lookAt(views), null);
});
