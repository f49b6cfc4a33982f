/** Preferences and categories in the store, and what they mean for a push. */
import { AppError } from "../shared/errors.ts";
import type {
  Category,
  Preferences,
  PreferencesChange,
  PushSettings,
} from "../shared/preferences_schema.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { ChatService } from "../chat/types.ts";
import type { GateDecision, PushGate } from "../push/types.ts";
import type { Bell } from "./bell_reader.ts";
import {
  findIssues,
  isOn,
  parseCategories,
  parsePushSettings,
  toPreferences,
  withChange,
} from "./categories.ts";
import { withLogsLookedAt } from "./inbox_operations.ts";
import type { PreferencesChanged } from "./notification_events.ts";
import { parsePreferences, type PreferencesRow } from "./preferences_row.ts";
import { quietUntil } from "./quiet_hours.ts";
import type { PreferenceService } from "./types.ts";

/** What {@link createPreferenceService} needs. */
export interface PreferenceServiceOptions {
  kv: Deno.Kv;
  journal: Journal;
  chat: Pick<ChatService, "mutes" | "setMuted" | "getConversation">;
  /** Out of the store, not out of memory. */
  readBell(userId: string): Promise<Bell>;
}

/** See {@link PreferenceService}; it is also what a push asks before it is sent. */
export function createPreferenceService(
  { kv, journal, chat, readBell }: PreferenceServiceOptions,
): PreferenceService & { gate: PushGate } {
  async function read(
    userId: string,
  ): Promise<[readonly Category[], PreferencesRow, PushSettings]> {
    const [categories, row, site] = await kv.getMany<[unknown, unknown, unknown]>([
      keys.categories(),
      keys.preferences(userId),
      keys.pushSettings(),
    ]);
    return [
      parseCategories(categories.value),
      parsePreferences(row.value),
      parsePushSettings(site.value),
    ];
  }

  async function preferences(userId: string): Promise<Preferences> {
    const [[categories, row, site], mutes] = await Promise.all([read(userId), chat.mutes(userId)]);
    const mutedConversations = mutes.map(({ conversationId, until }) => ({
      conversationId,
      until: new Date(until).toISOString(),
    }));
    return { ...toPreferences(categories, row, site), mutedConversations };
  }

  /** `not_found`, naming the field, for a conversation that is not there, or not theirs (R8). */
  async function requireConversations(
    userId: string,
    { mutedConversations = [] }: PreferencesChange,
  ) {
    const found = await Promise.all(
      mutedConversations.map(({ conversationId }) => chat.getConversation(userId, conversationId)),
    );
    const issues = found.flatMap((conversation, index) =>
      conversation?.id === mutedConversations[index]?.conversationId ? [] : [{
        path: `mutedConversations.${index}.conversationId`,
        message: "no such conversation",
      }]
    );
    const [first] = issues;
    if (!first) return;
    const what = `${first.path}: ${first.message}`;
    throw new AppError("not_found", `Cannot change the preferences: ${what}`, { issues });
  }

  return {
    preferences,

    async setPreferences(userId, change) {
      await requireConversations(userId, change);
      const [inboxKey, rowKey] = [keys.inbox(userId), keys.preferences(userId)];
      // What came before is as it was: a choice counts from now on.
      const { logs } = await readBell(userId);
      await journal.commit({
        shard: NOTIFICATION_SHARD,
        reads: [keys.categories(), keys.pushSettings(), rowKey, inboxKey],
        apply(view) {
          const categories = parseCategories(view.get(keys.categories()));
          const issues = findIssues(
            categories,
            change,
            parsePushSettings(view.get(keys.pushSettings())),
          );
          const [first] = issues;
          if (first) {
            throw new AppError(
              "invalid",
              `Cannot change the preferences: ${first.path} ${first.message}`,
              { issues },
            );
          }
          const row = withChange(parsePreferences(view.get(rowKey)), change);
          view.set(rowKey, row);
          view.set(inboxKey, withLogsLookedAt(view.get(inboxKey), logs));
          view.emit({ type: "preferences.changed", userId } as PreferencesChanged);
        },
      });
      for (const { conversationId, until } of change.mutedConversations ?? []) {
        await chat.setMuted(userId, conversationId, until === null ? null : Date.parse(until));
      }
      return await preferences(userId);
    },

    async categories() {
      return parseCategories((await kv.get(keys.categories())).value);
    },

    async setCategories(categories) {
      await journal.commit({
        shard: NOTIFICATION_SHARD,
        reads: [],
        apply(view) {
          view.set(keys.categories(), categories);
          view.emit({ type: "preferences.changed", userId: null } as PreferencesChanged);
        },
      });
      return categories;
    },

    async pushSettings() {
      return parsePushSettings((await kv.get(keys.pushSettings())).value);
    },

    async setPushSettings(settings) {
      await journal.commit({
        shard: NOTIFICATION_SHARD,
        reads: [],
        apply: (view) => view.set(keys.pushSettings(), settings),
      });
      return settings;
    },

    async gate(userId, { category, isUrgent }, at) {
      const [categories, row, site] = await read(userId);
      const send: GateDecision = site.hideContent || row.hideContent
        ? { kind: "send", hideContent: true }
        : { kind: "send" };
      if (category === null) return send;
      if (!isOn(categories, row, category, "push")) {
        return { kind: "suppress", reason: `pushes of the category ${category} are switched off` };
      }
      const until = row.quietHours === null || isUrgent ? null : quietUntil(row.quietHours, at);
      return until === null ? send : { kind: "defer", until };
    },
  };
}
