import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isolate } from "../../lib/shared/i18n/format.ts";
import { MESSAGE_MAX_CHARS } from "../../lib/shared/limits.ts";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { arrowUp, reply, x } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton, Tip } from "../ui/IconButton.tsx";
import { useView } from "../ui/view.tsx";
import { conversationName, oneLine } from "./conversation_names.ts";

/** Characters from which on what is left is counted. */
const COUNT_FROM = 4500;

/**
 * The text box. Enter sends, Shift+Enter breaks the line, and neither does anything while an input
 * method composes. It is never disabled: what is sent offline waits in the outbox.
 */
export function ComposerBox(
  { app, conversation, takeFocus }: {
    app: AppModel;
    conversation: ConversationModel;
    takeFocus: boolean;
  },
) {
  const { t } = useView();
  const text = useRef<HTMLTextAreaElement>(null);
  const full = useSignal(false);
  const draft = conversation.draft.value;
  const length = draft.trim().length;
  const over = length - MESSAGE_MAX_CHARS;
  const name = conversationName(conversation.row.value);
  const away = app.connection.banner.value.kind === "reconnecting";

  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (takeFocus && matchMedia("(hover: hover) and (width >= 64rem)").matches) {
      text.current?.focus({ preventScroll: true });
    }
  }, []);

  useLayoutEffect(() => {
    const box = text.current;
    // Browsers with field-sizing do this by themselves (styles/conversation.css).
    if (!box || CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [draft]);

  const send = () => {
    if (length === 0 || over > 0) return;
    full.value = conversation.send() === "full";
    text.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-box">
        <Answering conversation={conversation} />
        <div class="flex items-end">
          <textarea
            ref={text}
            id="composer"
            class="composer-text"
            rows={1}
            // An empty box runs as its page does, so that the hint stands where one will write.
            dir={draft === "" ? undefined : "auto"}
            aria-label={t.composer.label(name)}
            aria-describedby="composer-help"
            aria-invalid={over > 0 ? "true" : undefined}
            placeholder={away ? t.composer.offline : t.composer.hint}
            enterkeyhint="send"
            autocomplete="off"
            value={draft}
            onInput={(event) => {
              conversation.draft.value = event.currentTarget.value;
              full.value = false;
            }}
            onKeyDown={(event) => {
              // 229: Safari ends a composition before the key that ended it.
              if (event.isComposing || event.keyCode === 229) return;
              if (event.key === "Enter" && !event.shiftKey) {
                event.preventDefault();
                send();
              } else if (event.key === "Escape" && conversation.replyTo.value) {
                conversation.replyTo.value = null;
              }
            }}
          />
          <button
            type="submit"
            aria-label={t.composer.send}
            aria-disabled={`${length === 0 || over > 0}`}
            class="relative m-1 grid size-11 shrink-0 place-items-center rounded-full bg-accent
              text-on-accent transition-colors hover:bg-accent-hover aria-disabled:bg-hover
              aria-disabled:text-muted pane:size-9"
          >
            <Icon of={arrowUp} size={20} />
            <Tip text={t.composer.send} side="top" align="end" />
          </button>
        </div>
      </div>
      <div class="mx-auto flex min-h-0 max-w-[45rem] justify-between gap-4 px-4 text-xs">
        <span id="composer-help" class="hidden-visually">{t.composer.keys}</span>
        <p role="status" class={`pt-1 empty:hidden ${over > 0 ? "text-danger" : "text-muted"}`}>
          {full.value
            ? t.composer.full
            : over > 0
            ? t.composer.over(over)
            : length >= COUNT_FROM
            ? t.composer.left(-over)
            : null}
        </p>
      </div>
    </form>
  );
}

function Answering({ conversation }: { conversation: ConversationModel }) {
  const { t } = useView();
  const message = conversation.replyTo.value;
  if (!message) return null;
  return (
    <div class="flex items-center gap-2 border-b border-line ps-4 pe-1 pt-1 pb-1 text-sm">
      <span class="text-accent">
        <Icon of={reply} size={16} flip />
      </span>
      <p class="min-w-0 grow">
        <span class="block truncate font-medium">
          {t.composer.replying(isolate(message.sender.name))}
        </span>
        <span class="block truncate text-muted" dir="auto">{oneLine(message, t)}</span>
      </p>
      <IconButton
        icon={x}
        size={16}
        side="top"
        align="end"
        label={t.composer.cancelReply}
        onClick={() => {
          conversation.replyTo.value = null;
          document.getElementById("composer")?.focus();
        }}
      />
    </div>
  );
}
