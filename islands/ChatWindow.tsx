import "../components/bundle.ts";
import { useEffect, useRef } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel, ConversationModel } from "../lib/client/types.ts";
import { followHistory, leaveConversation } from "../components/chat/chat_history.ts";
import { ConversationHeader } from "../components/chat/ConversationHeader.tsx";
import { conversationName } from "../components/chat/conversation_names.ts";
import { LogSkeleton } from "../components/chat/LogSkeleton.tsx";
import { MessageLog } from "../components/chat/MessageLog.tsx";
import { chats, compose, warning } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { Button } from "../components/ui/Button.tsx";
import { EmptyState } from "../components/ui/EmptyState.tsx";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** The conversation that is open: header and messages. */
export default function ChatWindow({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => {
    app.start();
    return followHistory(app.chat);
  }, []);
  return (
    <ViewProvider settings={settings}>
      <Current app={app} />
    </ViewProvider>
  );
}

function Current({ app }: { app: AppModel }) {
  const { t } = useView();
  const conversation = app.chat.current.value;
  /** What the server has drawn; its first drawing here must change nothing. */
  const drawn = useRef<ConversationModel | null>(conversation);
  const wasDrawn = drawn.current === conversation;
  if (!wasDrawn) drawn.current = null;

  const name = conversation ? conversationName(conversation.row.value) : t.nav.chat;
  useEffect(() => {
    app.badge.page.value = name;
  }, [name]);

  if (!conversation) {
    const none = app.chat.conversations.value.length === 0 &&
      app.chat.status.value.kind === "ready";
    return (
      <div class="grid grow place-items-center">
        <EmptyState
          icon={none ? compose : chats}
          title={none ? t.chat.startTitle : t.chat.pickTitle}
          text={none ? t.chat.startText : t.chat.pickText}
        />
      </div>
    );
  }
  const status = conversation.status.value;
  const failed = status.kind === "failed" && conversation.messages.value.length === 0;
  return (
    <div class="flex min-h-0 grow flex-col" data-open>
      {failed && status.failure.code === "not_found" ? <NotThere app={app} /> : (
        <>
          <ConversationHeader app={app} conversation={conversation} />
          {failed
            ? <NotLoaded app={app} conversation={conversation} />
            : status.kind === "loading" && conversation.messages.value.length === 0
            ? <LogSkeleton />
            : (
              <MessageLog
                key={conversation.key}
                app={app}
                conversation={conversation}
                hydrated={!wasDrawn}
              />
            )}
        </>
      )}
    </div>
  );
}

function NotThere({ app }: { app: AppModel }) {
  const { t } = useView();
  return (
    <div class="grid grow place-items-center">
      <EmptyState
        icon={warning}
        title={t.chat.notFoundTitle}
        text={t.chat.notFoundText}
        level={1}
      >
        <Button onClick={() => leaveConversation(app.chat)}>{t.chat.notFoundAction}</Button>
      </EmptyState>
    </div>
  );
}

function NotLoaded({ app, conversation }: { app: AppModel; conversation: ConversationModel }) {
  const { t } = useView();
  return (
    <div class="grid grow place-items-center">
      <EmptyState icon={warning} title={t.chat.failedTitle} text={t.chat.failedText}>
        <Button onClick={() => app.chat.open(conversation.row.value.id)}>{t.common.retry}</Button>
      </EmptyState>
    </div>
  );
}
