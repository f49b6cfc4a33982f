import assert from "node:assert/strict";
import { settle } from "../../lib/testing/fake_clock.ts";
import type { Preferences, PreferencesChange } from "../../lib/shared/preferences_schema.ts";
import { createPreferencesKeeper, withChange } from "./preferences_keeper.ts";

const UNTIL = "2026-01-05T09:00:00.000Z";
const initial: Preferences = {
  categories: [
    {
      name: "grades",
      title: "Grades",
      bell: { on: true, fixed: false },
      push: { on: true, fixed: false },
    },
    {
      name: "account",
      title: "Your account",
      bell: { on: true, fixed: true },
      push: { on: true, fixed: true },
    },
  ],
  quietHours: null,
  hideContent: { on: false, fixed: false },
  mutedConversations: [],
};

/** A server that answers when it is told to. */
function keeper() {
  const asked: { change: PreferencesChange; answer: PromiseWithResolvers<Preferences> }[] = [];
  let stored = initial;
  const made = createPreferencesKeeper(initial, {
    changePreferences(change) {
      const answer = Promise.withResolvers<Preferences>();
      asked.push({ change, answer });
      return answer.promise;
    },
    getPreferences: () => Promise.resolve(stored),
  });
  return {
    ...made,
    asked,
    async answer(index: number) {
      const { change, answer } = asked[index]!;
      stored = withChange(stored, change);
      answer.resolve(stored);
      await settle();
    },
    async refuse(index: number) {
      asked[index]!.answer.reject(new Error("unavailable"));
      await settle();
    },
    elsewhere(change: PreferencesChange) {
      stored = withChange(stored, change);
    },
    bellOf: (name: string) =>
      made.shown.peek().categories.find((category) => category.name === name)?.bell.on,
  };
}

Deno.test("preferences: hiding what pushes are about is a choice where the site leaves one", () => {
  const hidden = withChange(initial, { hideContent: true });
  assert.deepEqual(hidden.hideContent, { on: true, fixed: false });
  assert.deepEqual(withChange(hidden, { quietHours: null }).hideContent, hidden.hideContent);
  const fixed = { ...initial, hideContent: { on: true, fixed: true } };
  assert.deepEqual(withChange(fixed, { hideContent: false }).hideContent, fixed.hideContent);
});

Deno.test("a change shows at once and is saved", async () => {
  const { change, answer, state, bellOf } = keeper();
  change({ categories: { grades: { bell: false } } });
  assert.deepEqual([bellOf("grades"), state.peek()], [false, "saving"]);
  await answer(0);
  assert.deepEqual([bellOf("grades"), state.peek()], [false, "saved"]);
});

Deno.test("changes go one after the other, and an early answer takes no later one back", async () => {
  const { change, answer, asked, state, bellOf, shown } = keeper();
  change({ categories: { grades: { push: false } } });
  change({ categories: { grades: { bell: false } } });
  assert.equal(asked.length, 1);
  await answer(0);
  assert.equal(asked.length, 2);
  assert.deepEqual([bellOf("grades"), state.peek()], [false, "saving"]);
  await answer(1);
  assert.equal(state.peek(), "saved");
  assert.equal(shown.peek().categories[0]?.push.on, false);
});

Deno.test("what can't be saved is shown as it is, and said until the next change", async () => {
  const { change, answer, refuse, state, bellOf, shown } = keeper();
  change({ categories: { grades: { bell: false } } });
  change({ mutedConversations: [{ conversationId: "r_1", until: UNTIL }] });
  await refuse(0);
  await answer(1);
  assert.deepEqual([bellOf("grades"), state.peek()], [true, "failed"]);
  assert.equal(shown.peek().mutedConversations.length, 1, "the other one was saved");
  change({ categories: { grades: { bell: false } } });
  assert.equal(state.peek(), "saving");
  await answer(2);
  assert.equal(state.peek(), "saved");
});

Deno.test("what was changed elsewhere comes in, but not in the middle of a change", async () => {
  const { change, answer, reload, elsewhere, shown } = keeper();
  elsewhere({ mutedConversations: [{ conversationId: "r_1", until: UNTIL }] });
  change({ categories: { grades: { bell: false } } });
  reload();
  await settle();
  assert.deepEqual(shown.peek().mutedConversations, []);
  await answer(0);
  assert.equal(shown.peek().mutedConversations.length, 1);
  elsewhere({ mutedConversations: [{ conversationId: "r_1", until: null }] });
  reload();
  await settle();
  assert.deepEqual(shown.peek().mutedConversations, []);
});

Deno.test("what nobody can choose stays as it is", () => {
  const { categories } = withChange(initial, { categories: { account: { bell: false } } });
  assert.equal(categories[1]?.bell.on, true);
});

Deno.test("quiet hours that are not named stay, null ends them", () => {
  const quietHours = { timeZone: "Europe/Berlin", days: [1], from: "22:00", to: "07:00" };
  const on = withChange(initial, { quietHours });
  assert.deepEqual(withChange(on, {}).quietHours, quietHours);
  assert.equal(withChange(on, { quietHours: null }).quietHours, null);
});
