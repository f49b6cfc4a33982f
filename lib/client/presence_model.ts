/** Who is there. */
import { type Signal, signal } from "@preact/signals";
import type { Presence, PresenceModel } from "./types.ts";

const unknown: Presence = { online: false, lastSeenAt: null };

export interface PresenceKeeper extends PresenceModel {
  set(userId: string, presence: Presence): void;
  /** The connection is gone: nobody is known to be there. The server tells anew. */
  lost(): void;
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
    lost() {
      for (const person of people.values()) {
        if (person.peek().online) person.value = { ...person.peek(), online: false };
      }
    },
  };
}
