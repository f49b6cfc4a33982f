/** People search, and who was seen on this page. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";
import type { Person } from "../shared/user_schema.ts";
import { failureOf } from "./api.ts";
import type { Api, ConversationModel, LoadState, PeopleModel } from "./types.ts";

const PAUSE_MS = 200;
const QUERY_MAX_CHARS = 80;
/** People that are remembered; past it the one that was seen first is forgotten. */
const KNOWN_MAX = 5000;

/** Those whom the page has seen. */
export interface Acquaintances {
  get(userId: string): Person | null;
  meet(person: Person): void;
}

export function createAcquaintances(): Acquaintances {
  const known = new Map<string, Person>();
  return {
    get: (userId) => known.get(userId) ?? null,
    meet({ id, name, avatar }) {
      const old = known.get(id);
      if (old?.name === name && old.avatar === avatar) return;
      known.set(id, { id, name, avatar });
      const [first] = known.keys();
      if (known.size > KNOWN_MAX && first !== undefined) known.delete(first);
    },
  };
}

export interface PeopleOptions {
  api: Api;
  clock: Clock;
  ownId: string | null;
  acquaintances: Acquaintances;
  conversations: ReadonlySignal<readonly ConversationModel[]>;
}

export function createPeople(options: PeopleOptions): PeopleModel {
  const { api, clock, ownId, acquaintances } = options;
  const query = signal("");
  const results = signal<readonly Person[]>([]);
  const status = signal<LoadState>({ kind: "idle" });
  let timer: Timer | null = null;
  let newest = 0;

  async function search(text: string): Promise<void> {
    const own = ++newest;
    try {
      const found = await api.searchPeople(text);
      if (own !== newest) return;
      found.forEach(acquaintances.meet);
      results.value = found.filter(({ id }) => id !== ownId);
      status.value = { kind: "ready" };
    } catch (error) {
      if (own === newest) status.value = { kind: "failed", failure: failureOf(error) };
    }
  }
  query.subscribe((raw) => {
    const text = raw.trim().slice(0, QUERY_MAX_CHARS);
    timer?.cancel();
    newest++;
    if (text) {
      status.value = { kind: "loading" };
      timer = clock.after(PAUSE_MS, () => void search(text));
    } else {
      results.value = [];
      status.value = { kind: "idle" };
    }
  });

  return {
    query,
    results,
    status,
    get: acquaintances.get,
    conversations: computed(() => {
      const words = query.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      if (words.length === 0) return [];
      return options.conversations.value.filter(({ row: { value: { partner, room } } }) => {
        const name = (partner ?? room)?.name.toLocaleLowerCase() ?? "";
        return words.every((word) => name.includes(word));
      });
    }),
  };
}
