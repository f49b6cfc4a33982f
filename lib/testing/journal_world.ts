/** Journals on one store in memory, and a message in miniature to write with them. */
import { silentLogger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import { createJournal } from "../kv/journal/mod.ts";
import type { Journal, JournalEvent, JournalOperation } from "../kv/journal/types.ts";
import { openStore } from "../kv/store.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";
import { faultyKv, type KvFaults } from "./faulty_kv.ts";

/** What a test of journals has. */
export interface JournalWorld {
  clock: FakeClock;
  kv: Deno.Kv;
  /** Another server on the same store. */
  open(options?: { faults?: KvFaults; maxChecks?: number; isExclusive?: boolean }): Journal;
}

/** A world of its own for `test`. */
export async function withJournals(test: (world: JournalWorld) => Promise<void>): Promise<void> {
  const store = await openStore({ kind: "memory" });
  const clock = createFakeClock();
  const journals: Journal[] = [];
  try {
    await test({
      clock,
      kv: store.kv,
      open({ faults = {}, maxChecks = store.maxChecks, isExclusive = false } = {}) {
        const journal = createJournal({
          store: { kv: faultyKv(store.kv, faults), maxChecks, isExclusive },
          clock,
          log: silentLogger,
          random: () => 0,
        });
        journals.push(journal);
        return journal;
      },
    });
  } finally {
    for (const journal of journals) await journal.close();
    store.close();
  }
}

/** A message in miniature: the head of a conversation, a dedupe row, a row, an event. */
export function send(
  conversation: string,
  clientId: string,
  { shard = 0, text = "" } = {},
): JournalOperation<{ seq: number; created: boolean }> {
  const head = keys.conversation(conversation);
  const dedupe = keys.sent("ada", clientId);
  return {
    shard,
    reads: [head],
    absent: [dedupe],
    apply(view) {
      const sent = view.get<number>(dedupe);
      if (sent !== null) return { seq: sent, created: false };
      const seq = (view.get<number>(head) ?? 0) + 1;
      view.set(head, seq);
      view.set(dedupe, seq);
      view.set(keys.message(conversation, seq), { clientId, text });
      view.emit({ type: "message", conversation, seq, clientId, text } as Said);
      return { seq, created: true };
    },
  };
}
/** The event of {@link send}. */
export type Said = {
  type: "message";
  conversation: string;
  seq: number;
  clientId: string;
  text: string;
};

/** Keeps what a journal tells. */
export function record(journal: Journal) {
  const events: JournalEvent[] = [];
  journal.listen((batch) => void events.push(...batch));
  return {
    events,
    of: (conversation: string) =>
      events.map(({ payload }) => payload as Said)
        .filter((said) => said.conversation === conversation),
  };
}

/** seq and clientId of the messages in the store. */
export async function stored(kv: Deno.Kv, conversation: string): Promise<[number, string][]> {
  const rows: [number, string][] = [];
  for await (
    const { key, value } of kv.list<{ clientId: string }>({
      prefix: keys.messages(conversation),
    })
  ) rows.push([Number(key[2]), value.clientId]);
  return rows;
}

/** 1 to `count`. */
export const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
