/** Preferences that are shown as chosen at once and saved one change after the other. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../lib/client/types.ts";
import type { Preferences, PreferencesChange } from "../../lib/shared/preferences_schema.ts";

/** What has become of the last changes; `failed` stays until something is changed again. */
export type SaveState = "rest" | "saving" | "saved" | "failed";

export interface PreferencesKeeper {
  /** What the server has, with what is on its way there. */
  readonly shown: ReadonlySignal<Preferences>;
  readonly state: ReadonlySignal<SaveState>;
  change(change: PreferencesChange): void;
  /** They were changed somewhere else. */
  reload(): void;
}

/** `initial` is what the page came with. */
export function createPreferencesKeeper(
  initial: Preferences,
  api: Pick<Api, "changePreferences" | "getPreferences">,
): PreferencesKeeper {
  const stored = signal(initial);
  const waiting = signal<readonly PreferencesChange[]>([]);
  const state = signal<SaveState>("rest");
  let running = false;

  async function save(): Promise<void> {
    running = true;
    let hasFailed = false;
    for (let next = waiting.peek()[0]; next; next = waiting.peek()[0]) {
      try {
        stored.value = await api.changePreferences(next);
      } catch {
        hasFailed = true;
      }
      // What could not be saved is not shown as if it were.
      waiting.value = waiting.peek().slice(1);
    }
    running = false;
    state.value = hasFailed ? "failed" : "saved";
  }

  return {
    shown: computed(() => waiting.value.reduce(withChange, stored.value)),
    state,
    change(change) {
      waiting.value = [...waiting.peek(), change];
      state.value = "saving";
      if (!running) void save();
    },
    reload() {
      // While something is saved its answer tells all.
      if (running) return;
      api.getPreferences().then((fresh) => {
        if (!running) stored.value = fresh;
      }, () => {});
    },
  };
}

/** What the server will make of a change. */
export function withChange(known: Preferences, change: PreferencesChange): Preferences {
  const { categories = {}, quietHours = known.quietHours, mutedConversations = [] } = change;
  const { hideContent: hiding } = known;
  const named = new Set(mutedConversations.map(({ conversationId }) => conversationId));
  return {
    categories: known.categories.map((category) => {
      const { bell = category.bell.on, push = category.push.on } = categories[category.name] ?? {};
      return {
        ...category,
        bell: category.bell.fixed ? category.bell : { ...category.bell, on: bell },
        push: category.push.fixed ? category.push : { ...category.push, on: push },
      };
    }),
    quietHours,
    hideContent: hiding.fixed ? hiding : { ...hiding, on: change.hideContent ?? hiding.on },
    mutedConversations: [
      ...known.mutedConversations.filter(({ conversationId }) => !named.has(conversationId)),
      ...mutedConversations.flatMap(({ conversationId, until }) =>
        until === null ? [] : [{ conversationId, until }]
      ),
    ],
  };
}
