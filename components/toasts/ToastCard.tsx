import "../bundle.ts";
import type { ComponentChildren } from "preact";
import type { AppModel, Toast } from "../../lib/client/types.ts";
import { notificationIcon } from "../bell/notification_icon.ts";
import { isModified, pushConversation } from "../chat/chat_history.ts";
import { conversationName, conversationPath, oneLine } from "../chat/conversation_names.ts";
import { isolate } from "../../lib/shared/i18n/format.ts";
import { info, users, warning, x } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useView, type View } from "../ui/view.tsx";

interface Content {
  sign: ComponentChildren;
  title?: ComponentChildren;
  text: ComponentChildren;
  details?: string | null;
  href?: string | null;
  onOpen?: (event: MouseEvent) => void;
}

/** One toast. The whole card leads to what it tells of; the cross closes it. */
export function ToastCard({ app, toast }: { app: AppModel; toast: Toast }) {
  const view = useView();
  const { sign, title, text, details, href, onOpen } = contentOf(app, toast, view);
  const close = () => app.toasts.close(toast.id);
  return (
    <div class="enter relative flex items-start gap-3 rounded-card border border-line bg-raised p-3
      pe-12 shadow-float">
      {sign}
      <div class="min-w-0 grow self-center">
        {title && <p class="truncate font-semibold">{title}</p>}
        <p class={title ? "line-clamp-2 text-sm text-muted wrap-anywhere" : "text-sm"} dir="auto">
          {href
            ? (
              <a
                href={href}
                class="after:absolute after:inset-0 after:rounded-card"
                onClick={(event) => {
                  onOpen?.(event);
                  close();
                }}
              >
                {text}
              </a>
            )
            : text}
        </p>
        {details && (
          <details class="mt-1 text-xs text-muted">
            <summary>{view.t.common.details}</summary>
            {view.t.common.requestId}: <code class="wrap-anywhere">{details}</code>
          </details>
        )}
      </div>
      <IconButton
        icon={x}
        size={16}
        label={view.t.common.close}
        align="end"
        onClick={close}
        class="absolute! end-0.5 top-0.5 z-1"
      />
    </div>
  );
}

function contentOf(app: AppModel, toast: Toast, { t }: View): Content {
  const disc = (icon: typeof info, colours: string) => (
    <span class={`grid size-9 shrink-0 place-items-center rounded-full ${colours}`}>
      <Icon of={icon} size={18} />
    </span>
  );
  switch (toast.kind) {
    case "notification": {
      const { notification } = toast;
      return {
        sign: disc(
          notificationIcon(notification.category, notification.type),
          "bg-accent-soft text-accent",
        ),
        title: <span dir="auto">{notification.title}</span>,
        text: notification.message,
        href: notification.link,
        onOpen: () => app.notifications.markRead(notification.id),
      };
    }
    case "message": {
      const row = toast.conversation.row.value;
      const { sender } = toast.message;
      return {
        sign: <Avatar person={sender} size="sm" />,
        title: (
          <bdi>
            {row.kind === "room"
              ? t.toasts.fromIn(sender.name, conversationName(row))
              : sender.name}
          </bdi>
        ),
        text: oneLine(toast.message, t),
        href: conversationPath(row.id),
        onOpen(event) {
          // On the chat page it opens in place.
          if (isModified(event) || !location.pathname.startsWith("/chat")) return;
          event.preventDefault();
          pushConversation(row.id);
          app.chat.open(row.id);
        },
      };
    }
    case "failure": {
      const { failure, what } = toast;
      return {
        sign: disc(warning, "bg-danger-soft text-danger"),
        text: t.toasts.failure[what] +
          (failure.retryAfter ? ` ${t.toasts.wait(failure.retryAfter)}` : ""),
        details: failure.requestId,
      };
    }
    case "removed":
      return {
        sign: disc(users, "bg-hover text-muted"),
        text: t.toasts.removed(isolate(toast.name)),
      };
    case "text":
      return { sign: disc(info, "bg-hover text-muted"), text: toast.text };
  }
}
