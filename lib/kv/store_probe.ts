/** Whether the store can be relied on right now. A full disk still answers reads, hence the write. */
import type { Clock, Timer } from "../shared/clock.ts";
import { keys } from "./keys.ts";

const WITHIN_MS = 2000;
/** Whoever asks within this time shares an answer: nobody makes the store busy by asking. */
const SHARED_MS = 1000;

/** Asks `kv`: true when it answers a strong read and takes a write within 2 s. Never rejects. */
export function createProbe(kv: Deno.Kv, clock: Clock): () => Promise<boolean> {
  let last: { at: number; answer: Promise<boolean> } | null = null;

  async function ask(): Promise<boolean> {
    let timer: Timer | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = clock.after(WITHIN_MS, () => resolve(false));
    });
    const works = async () => {
      await kv.get(keys.schema());
      await kv.set(keys.probe(), 1);
      return true;
    };
    try {
      return await Promise.race([works().catch(() => false), late]);
    } finally {
      timer?.cancel();
    }
  }

  return () => {
    const now = clock.now();
    if (!last || Math.abs(now - last.at) >= SHARED_MS) last = { at: now, answer: ask() };
    return last.answer;
  };
}
