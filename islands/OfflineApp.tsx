import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { recallLastState } from "../lib/client/last_state.ts";
import { getModel } from "../lib/client/model.ts";
import type { InitialState } from "../lib/client/types.ts";
import { conversationIdOf } from "../components/chat/conversation_names.ts";
import { Frame, type FramePlace } from "../components/frame/Frame.tsx";
import { cloudOff } from "../components/icon_nodes.ts";
import { Button } from "../components/ui/Button.tsx";
import { EmptyState } from "../components/ui/EmptyState.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider, type ViewSettings } from "../components/ui/view.tsx";

/** What the page is made of; loaded with it, so that nothing of it is fetched for nothing. */
async function loadParts() {
  const [chatLink, bell, banner, toasts, list, window, composer, notifications] = await Promise.all(
    [
      import("./ChatLink.tsx"),
      import("./Bell.tsx"),
      import("./ConnectionBanner.tsx"),
      import("./Toasts.tsx"),
      import("./ConversationList.tsx"),
      import("./ChatWindow.tsx"),
      import("./Composer.tsx"),
      import("./NotificationsPage.tsx"),
    ],
  );
  return {
    ChatLink: chatLink.default,
    Bell: bell.default,
    ConnectionBanner: banner.default,
    Toasts: toasts.default,
    ConversationList: list.default,
    ChatWindow: window.default,
    Composer: composer.default,
    NotificationsPage: notifications.default,
  };
}

type Parts = Awaited<ReturnType<typeof loadParts>>;
type Opened =
  | { kind: "waiting" }
  | { kind: "nothing" }
  | { kind: "app"; initial: InitialState; parts: Parts };

/**
 * The app with what this browser has kept, for when the server can't be asked for a page: the service
 * worker answers with the page of this island then. It holds nobody's data; whose it shows is decided
 * here, by who was signed in last. Once the server is back it goes on as any other page.
 */
export default function OfflineApp({ settings }: { settings: ViewSettings }) {
  const [opened, setOpened] = useState<Opened>({ kind: "waiting" });
  useEffect(() => {
    open().then(setOpened, () => setOpened({ kind: "nothing" }));
  }, []);
  return (
    <ViewProvider settings={settings}>
      {opened.kind === "app"
        ? <App initial={opened.initial} settings={settings} parts={opened.parts} />
        : (
          <main class="grid min-h-dvh place-items-center">
            {opened.kind === "nothing" && <Nothing level={1} />}
          </main>
        )}
    </ViewProvider>
  );
}

async function open(): Promise<Opened> {
  const id = conversationIdOf(location.pathname);
  const [initial, parts] = await Promise.all([recallLastState(id), loadParts()]);
  if (!initial) return { kind: "nothing" };
  // One that was not kept is shown as far as the list knows it, and loaded later.
  if (id !== null && !initial.open) getModel(initial).chat.open(id);
  return { kind: "app", initial, parts };
}

function placeOf(path: string): FramePlace {
  return path.startsWith("/notifications")
    ? "notifications"
    : path.startsWith("/settings")
    ? "settings"
    : "chat";
}

function App(
  { initial, settings, parts }: { initial: InitialState; settings: ViewSettings; parts: Parts },
) {
  const here = placeOf(location.pathname);
  const both = { initial, settings };
  return (
    <Frame
      appName={initial.appName}
      me={initial.me}
      here={here}
      chatLink={<parts.ChatLink {...both} here={here === "chat"} />}
      bell={<parts.Bell {...both} here={here === "notifications"} />}
      banner={<parts.ConnectionBanner {...both} />}
      toasts={<parts.Toasts {...both} />}
    >
      {here === "chat" && (
        <div class="chat-page">
          <div class="list-pane">
            <parts.ConversationList {...both} />
          </div>
          <div class="conversation-pane">
            <parts.ChatWindow {...both} />
            <parts.Composer {...both} />
          </div>
        </div>
      )}
      {here === "notifications" && <parts.NotificationsPage {...both} />}
      {here === "settings" && <Settings initial={initial} />}
    </Frame>
  );
}

/** They come from the server alone: they are there as soon as it is. */
function Settings({ initial }: { initial: InitialState }) {
  const { state } = getModel(initial).connection;
  useSignalEffect(() => {
    if (state.value.kind === "online") location.reload();
  });
  return (
    <div class="grid h-full place-items-center">
      <Nothing level={1} />
    </div>
  );
}

/** What can't be shown without the server. */
function Nothing({ level }: { level: 1 | 2 }) {
  const p = usePageWords();
  return (
    <EmptyState
      icon={cloudOff}
      title={p.offline.title}
      text={p.offline.text}
      level={level}
    >
      <Button onClick={() => location.reload()}>{p.offline.retry}</Button>
    </EmptyState>
  );
}
