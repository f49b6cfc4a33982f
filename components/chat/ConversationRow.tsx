import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { bellOff } from "../icon_nodes.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { CountBadge } from "../ui/CountBadge.tsx";
import { Icon } from "../ui/Icon.tsx";
import { TimeText } from "../ui/TimeText.tsx";
import { useView } from "../ui/view.tsx";
import { isModified, pushConversation } from "./chat_history.ts";
import { conversationName, conversationPath, mentions } from "./conversation_names.ts";
import { PreviewLine } from "./PreviewLine.tsx";

/** A conversation in the list: a link, so that it opens in a tab of its own as well. */
export function ConversationRow(
  { app, conversation }: { app: AppModel; conversation: ConversationModel },
) {
  const { t } = useView();
  const row = conversation.row.value;
  const unread = conversation.unreadCount.value;
  const lastAt = conversation.lastAt.value;
  const current = app.chat.current.value === conversation;
  const loud = unread > 0 && !row.muted;
  const mentioned = unread > 0 && row.kind === "room" && row.lastMessage !== null &&
    mentions(row.lastMessage.content, app.me.value?.name ?? "");
  return (
    <a
      href={conversationPath(row.id)}
      data-row
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (isModified(event)) return;
        event.preventDefault();
        pushConversation(row.id);
        app.chat.open(row.id);
      }}
      class="flex h-17 items-center gap-3 rounded-card px-2.5 -outline-offset-2 transition-colors
        hover:bg-hover aria-[current=page]:bg-accent-soft"
    >
      {row.partner
        ? <Avatar person={row.partner} online={app.presence.of(row.partner.id).value.online} />
        : <RoomAvatar id={row.id} />}
      <span class="flex min-w-0 grow flex-col gap-0.5">
        <span class="flex items-baseline gap-2">
          <bdi class={`min-w-0 grow truncate ${loud ? "font-semibold" : "font-medium"}`}>
            {conversationName(row)}
          </bdi>
          {lastAt !== null && (
            <TimeText
              at={lastAt}
              now={app.now.value}
              as="list"
              class={`shrink-0 text-xs ${loud ? "font-medium text-accent" : "text-muted"}`}
            />
          )}
        </span>
        <span class="flex h-5 items-center gap-1.5">
          <span
            class={`flex min-w-0 grow gap-1 text-sm ${
              loud ? "font-medium text-text" : "text-muted"
            }`}
          >
            <PreviewLine app={app} conversation={conversation} />
          </span>
          {row.muted && (
            <span class="text-muted">
              <Icon of={bellOff} size={14} />
              <span class="hidden-visually">{t.list.muted}</span>
            </span>
          )}
          {mentioned && <span class="text-sm font-semibold text-accent">@</span>}
          <CountBadge count={unread} label={t.nav.unread(unread)} quiet={row.muted} />
        </span>
      </span>
    </a>
  );
}
