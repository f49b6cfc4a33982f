import { page } from "fresh";
import { Head } from "fresh/runtime";
import { conversationName } from "../../components/chat/conversation_names.ts";
import { Card } from "../../components/ui/Card.tsx";
import { viewOf } from "../../components/ui/view.tsx";
import Appearance from "../../islands/Appearance.tsx";
import NotificationSettings from "../../islands/NotificationSettings.tsx";
import ProfileForm from "../../islands/ProfileForm.tsx";
import PushDoctor from "../../islands/PushDoctor.tsx";
import PushToggle from "../../islands/PushToggle.tsx";
import SessionsList from "../../islands/SessionsList.tsx";
import { loadPageState } from "../../lib/http/page_state.ts";
import { signedInUser } from "../../lib/http/signed_in.ts";
import { define } from "../../lib/http/state.ts";
import { readPreferences } from "../../lib/shared/i18n/preferences.ts";
import { MUTES_MAX } from "../../lib/shared/preferences_schema.ts";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { AppFrame } from "./(_components)/AppFrame.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const user = signedInUser(ctx);
    const { auth, chat, push, preferences } = ctx.state.services;
    const [state, sessions, devices, own] = await Promise.all([
      loadPageState(ctx, user),
      auth.listSessions(user.userId, user.sessionId),
      push.listDevices(user.userId),
      preferences.preferences(user.userId),
    ]);
    // Not all of them need be on the first page of the list.
    const muted = await Promise.all(
      own.mutedConversations.slice(0, MUTES_MAX).map(({ conversationId }) =>
        chat.getConversation(user.userId, conversationId)
      ),
    );
    const names = Object.fromEntries(
      muted.flatMap((row) => row ? [[row.id, conversationName(row)]] : []),
    );
    const { theme } = readPreferences(ctx.req.headers);
    return page({ state, sessions, devices, preferences: own, names, theme });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { state, sessions, devices, preferences, names, theme } = data;
  const { initial, settings } = state;
  const { t } = viewOf(settings);
  const p = pageCatalogue(settings.locale);
  return (
    <>
      <Head>
        <title>{`${t.nav.settings} · ${initial.appName}`}</title>
      </Head>
      <AppFrame page={state} here="settings">
        <div class="page-scroll">
          <div class="mx-auto flex max-w-180 flex-col gap-5 px-4 pt-4 pb-12 pane:px-8">
            <h1 class="flex min-h-12 items-center text-2xl font-semibold">{p.settings.title}</h1>
            <Card id="profile" title={p.settings.profile} text={p.settings.profileText}>
              <ProfileForm initial={initial} settings={settings} />
            </Card>
            <Card id="devices" title={p.push.title} text={p.push.text}>
              <PushToggle initial={initial} settings={settings} devices={devices} />
            </Card>
            <Card id="notifications" title={p.notify.title} text={p.notify.text}>
              <NotificationSettings
                initial={initial}
                settings={settings}
                preferences={preferences}
                names={names}
              />
            </Card>
            <Card id="doctor" title={p.doctor.title} text={p.doctor.text}>
              <PushDoctor initial={initial} settings={settings} />
            </Card>
            <Card id="appearance" title={p.settings.appearance} text={p.settings.appearanceText}>
              <Appearance settings={settings} theme={theme} />
            </Card>
            <Card id="sessions" title={p.settings.sessions} text={p.settings.sessionsText}>
              <SessionsList initial={initial} settings={settings} sessions={sessions} />
            </Card>
          </div>
        </div>
      </AppFrame>
    </>
  );
});
