import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import type { PageCatalogue } from "../lib/shared/i18n/pages.ts";
import type { SessionInfo } from "../lib/shared/user_schema.ts";
import { laptop, logOut, phone } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { deviceOf } from "../lib/shared/device_name.ts";
import { Button } from "../components/ui/Button.tsx";
import { Notice } from "../components/ui/Card.tsx";
import { Icon } from "../components/ui/Icon.tsx";
import { TimeText } from "../components/ui/TimeText.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider } from "../components/ui/view.tsx";

/** Where the account is signed in, and the ways out. */
export default function SessionsList(
  { initial, settings, sessions }: IslandProps & { sessions: SessionInfo[] },
) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <List app={app} initialSessions={sessions} />
    </ViewProvider>
  );
}

function nameOf(session: SessionInfo, p: PageCatalogue): string {
  const { browser, system } = deviceOf(session.userAgent);
  if (browser && system) return p.settings.on(browser, system);
  return browser ?? system ?? p.settings.unknownDevice;
}

function List({ app, initialSessions }: { app: AppModel; initialSessions: SessionInfo[] }) {
  const p = usePageWords();
  const sessions = useSignal<readonly SessionInfo[]>(initialSessions);
  const tell = (text: string) => app.toasts.show({ kind: "text", text });
  const end = (session: SessionInfo) =>
    app.api.endSession(session.id).then(
      () => {
        sessions.value = sessions.peek().filter((other) => other.id !== session.id);
        tell(p.settings.ended);
      },
      () => tell(p.settings.endFailed),
    );
  return (
    <div>
      <ul class="divide-y divide-line">
        {sessions.value.map((session) => {
          const name = nameOf(session, p);
          return (
            <li key={session.id} class="flex items-center gap-4 py-3 first:pt-0">
              <span class="text-muted">
                <Icon of={deviceOf(session.userAgent).small ? phone : laptop} />
              </span>
              <div class="min-w-0 grow">
                <p class="font-medium">{name}</p>
                <p class="text-sm text-muted">
                  {session.current
                    ? <span class="font-medium text-ok">{p.settings.current}</span>
                    : <TimeText at={session.lastSeenAt} now={app.now.value} as="relative" />}
                  {session.address !== "" && (
                    <>
                      {" · "}
                      <bdi>{session.address}</bdi>
                    </>
                  )}
                </p>
              </div>
              {!session.current && (
                <Button
                  kind="secondary"
                  size="sm"
                  aria-label={p.settings.endSessionOf(name)}
                  onClick={() => end(session)}
                >
                  {p.settings.endSession}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <SignOut app={app} />
    </div>
  );
}

/** Asks first when something unsent would be lost. */
function SignOut({ app }: { app: AppModel }) {
  const p = usePageWords();
  const asked = useSignal(false);
  const unsent = app.chat.unsentCount.value;
  return (
    <div class="mt-4 border-t border-line pt-5">
      {asked.value && unsent > 0 && (
        <div class="mb-4">
          <Notice kind="danger">{p.settings.signOutUnsent(unsent)}</Notice>
        </div>
      )}
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          kind="danger"
          icon={logOut}
          onClick={() => {
            if (unsent > 0 && !asked.value) asked.value = true;
            else app.signOut();
          }}
        >
          {asked.value && unsent > 0 ? p.settings.signOutAnyway : p.settings.signOut}
        </Button>
        <p class="text-sm text-muted">{p.settings.signOutText}</p>
      </div>
    </div>
  );
}
