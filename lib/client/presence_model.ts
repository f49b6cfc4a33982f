/** Who is there. */
import { type Signal, signal } from "@preact/signals";
import type { Presence, PresenceModel } from "./types.ts";

const unknown: Presence = { online: false, lastSeenAt: null };

export interface PresenceKeeper extends PresenceModel {
  set(userId: string, presence: Presence): void;
  /** The connection is gone at `now` (ms): whoever was there was seen until then. */
  lost(now: number): void;
}

export function createPresence(): PresenceKeeper {
  const people = new Map<string, Signal<Presence>>();
  const of = (userId: string) => {
    const known = people.get(userId) ?? signal(unknown);
    people.set(userId, known);
    return known;
  };
  return {
    of,
    set: (userId, presence) => void (of(userId).value = presence),
    lost(now) {
      const lastSeenAt = new Date(now).toISOString();
      for (const person of people.values()) {
        if (person.peek().online) person.value = { online: false, lastSeenAt };
      }
    },
  };
}
