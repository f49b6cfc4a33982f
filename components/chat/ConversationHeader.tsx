import { useSignal } from "@preact/signals";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { relativeTime } from "../../lib/shared/i18n/format.ts";
import { back, bell, bellOff } from "../icon_nodes.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useLater } from "../ui/use_later.ts";
import { useView } from "../ui/view.tsx";
import { isModified, leaveConversation } from "./chat_history.ts";
import { conversationName } from "./conversation_names.ts";

/** Who it is, and whether they are there; on a phone the way back as well. */
export function ConversationHeader(
  { app, conversation }: { app: AppModel; conversation: ConversationModel },
) {
  const { t } = useView();
  const row = conversation.row.value;
  return (
    <header class="flex h-16 shrink-0 short:h-13 items-center gap-3 border-b border-line px-2 pane:px-4">
      <a
        href="/chat"
        aria-label={t.common.back}
        onClick={(event) => {
          if (isModified(event)) return;
          event.preventDefault();
          leaveConversation(app.chat);
        }}
        class="grid size-11 shrink-0 place-items-center rounded-control text-muted hover:bg-hover
          hover:text-text wide:hidden"
      >
        <Icon of={back} flip />
      </a>
      {row.partner
        ? <Partner app={app} conversation={conversation} />
        : <Room key={conversation.key} app={app} conversation={conversation} />}
      {/* What has not begun yet can't be muted. */}
      {(row.room || row.seq > 0) && (
        <Mute key={`mute ${conversation.key}`} app={app} conversation={conversation} />
      )}
    </header>
  );
}

/** Says whether it is muted; the menu behind it is loaded when one first wants it. */
function Mute({ app, conversation }: { app: AppModel; conversation: ConversationModel }) {
  const { t } = useView();
  const place = useSignal<{ x: number; y: number } | null>(null);
  const menu = useLater(place.value !== null, () => import("./MuteMenu.tsx"));
  const { muted } = conversation.row.value;
  return (
    <>
      <IconButton
        icon={muted ? bellOff : bell}
        label={muted ? t.chat.muted : t.chat.mute}
        align="end"
        class="ms-auto"
        aria-haspopup="menu"
        aria-expanded={`${place.value !== null}`}
        onClick={({ currentTarget }) => {
          const { right, bottom } = currentTarget.getBoundingClientRect();
          place.value = { x: right, y: bottom };
        }}
      />
      {place.value && menu.kind === "ready" && (
        <menu.part.MuteMenu
          app={app}
          conversation={conversation}
          {...place.value}
          onClose={() => place.value = null}
        />
      )}
    </>
  );
}

/** Its count of members leads to who they are; that is loaded when one first wants to know. */
function Room({ app, conversation }: { app: AppModel; conversation: ConversationModel }) {
  const { t } = useView();
  const row = conversation.row.value;
  const count = row.room?.memberCount ?? 0;
  const open = useSignal(false);
  const dialog = useLater(open.value, () => import("./MembersDialog.tsx"));
  return (
    <>
      <RoomAvatar id={row.id} />
      <div class="min-w-0">
        <h1 class="flex text-lg/6 font-semibold">
          <bdi class="truncate">{conversationName(row)}</bdi>
        </h1>
        <p class="text-sm">
          <button
            type="button"
            aria-label={t.chat.showMembers(count)}
            aria-haspopup="dialog"
            onClick={() => open.value = true}
            class="members-button text-muted underline-offset-2 hover:text-text hover:underline"
          >
            {t.chat.members(count)}
          </button>
        </p>
      </div>
      {dialog.kind === "ready" && (
        <dialog.part.MembersDialog
          app={app}
          conversation={conversation}
          open={open.value}
          onClose={() => open.value = false}
        />
      )}
    </>
  );
}

function Partner({ app, conversation }: { app: AppModel; conversation: ConversationModel }) {
  const { t, format } = useView();
  const { partner } = conversation.row.value;
  if (!partner) return null;
  const presence = app.presence.of(partner.id).value;
  return (
    <>
      <Avatar person={partner} online={presence.online} />
      <div class="min-w-0">
        <h1 class="flex text-lg/6 font-semibold">
          {/* Cut off where the name ends, whichever way it runs. */}
          <bdi class="truncate">{partner.name}</bdi>
        </h1>
        <p class="truncate text-sm text-muted">
          {presence.online ? t.chat.online : presence.lastSeenAt
            ? t.chat.lastSeen(
              relativeTime(format, Date.parse(presence.lastSeenAt), app.now.value),
            )
            : t.chat.direct}
        </p>
      </div>
    </>
  );
}
