import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import type { Preferences } from "../lib/shared/preferences_schema.ts";
import { conversationName } from "../components/chat/conversation_names.ts";
import { check } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { CategoryTable } from "../components/settings/CategoryTable.tsx";
import { MutedList } from "../components/settings/MutedList.tsx";
import {
  createPreferencesKeeper,
  type SaveState,
} from "../components/settings/preferences_keeper.ts";
import { QuietHoursForm } from "../components/settings/QuietHoursForm.tsx";
import { FieldError } from "../components/ui/Field.tsx";
import { Icon } from "../components/ui/Icon.tsx";
import { Switch } from "../components/ui/Switch.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider } from "../components/ui/view.tsx";

/** What reaches somebody and when: kinds by way, quiet hours, muted conversations. */
export default function NotificationSettings(
  { initial, settings, preferences, names }: IslandProps & {
    preferences: Preferences;
    /** Of the muted conversations, by id. */
    names: Readonly<Record<string, string>>;
  },
) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Form app={app} initial={preferences} names={names} />
    </ViewProvider>
  );
}

function Form(
  { app, initial, names }: {
    app: AppModel;
    initial: Preferences;
    names: Readonly<Record<string, string>>;
  },
) {
  const { notify: p } = usePageWords();
  const keeper = useMemo(() => createPreferencesKeeper(initial, app.api), []);
  const { categories, quietHours, hideContent, mutedConversations } = keeper.shown.value;
  const state = keeper.state.value;

  const rows = app.chat.conversations.value.map(({ row }) => row.value);
  const mutes = rows.flatMap(({ id, muted }) => muted ? [id] : []).sort().join();
  const known = useRef(mutes);
  useEffect(() => {
    // Muted or unmuted somewhere else.
    if (known.current !== mutes) keeper.reload();
    known.current = mutes;
  }, [mutes]);
  const nameOf = (id: string) => {
    const row = rows.find((one) => one.id === id);
    return row ? conversationName(row) : names[id] ?? p.unknownConversation;
  };

  return (
    <div class="flex flex-col gap-6">
      <div>
        <CategoryTable categories={categories} onChange={keeper.change} />
        <p class="mt-2 text-sm text-muted">{p.fixedText}</p>
      </div>
      <div class="border-t border-line pt-5">
        <QuietHoursForm
          hours={quietHours}
          onChange={(next) => keeper.change({ quietHours: next })}
        />
      </div>
      <div class="flex items-start gap-4 border-t border-line pt-5">
        <div class="grow">
          <h3 class="font-semibold">{p.hide}</h3>
          <p id="hide-text" class="text-sm text-muted text-pretty">{p.hideText}</p>
        </div>
        {hideContent.fixed
          ? (
            <span class="text-sm text-muted">
              {hideContent.on ? p.alwaysOn : p.alwaysOff}
            </span>
          )
          : (
            <Switch
              label={p.hide}
              describedBy="hide-text"
              on={hideContent.on}
              onChange={(on) => keeper.change({ hideContent: on })}
            />
          )}
      </div>
      <div class="border-t border-line pt-5">
        <MutedList
          muted={mutedConversations}
          nameOf={nameOf}
          now={app.now.value}
          onUnmute={(conversationId) =>
            keeper.change({ mutedConversations: [{ conversationId, until: null }] })}
        />
      </div>
      <SaveLine state={state} />
    </div>
  );
}

/** How long "Saved" stays. */
const SAVED_MS = 3000;

/**
 * What has become of the changes, at the end of what can be seen of the card. Its box is always
 * there, so that what it says is heard, and so that saying it moves nothing.
 */
function SaveLine({ state }: { state: SaveState }) {
  const { notify: p } = usePageWords();
  const over = useSignal(false);
  useEffect(() => {
    over.value = false;
    if (state !== "saved") return;
    const timer = setTimeout(() => over.value = true, SAVED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const quiet = state === "rest" || (state === "saved" && over.value);
  return (
    <div role="status" class="pointer-events-none sticky bottom-3 min-h-9" data-save={state}>
      {!quiet && (
        <div class="fade ms-auto w-fit rounded-control border border-line bg-raised px-3 py-2 text-sm shadow-float">
          {state === "failed"
            ? <FieldError id="notify-failed">{p.saveFailed}</FieldError>
            : (
              <span class="flex items-center gap-1.5 text-muted">
                {state === "saved" && <Icon of={check} size={16} class="text-ok" />}
                {p[state]}
              </span>
            )}
        </div>
      )}
    </div>
  );
}
