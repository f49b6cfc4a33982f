import type { Message } from "../../lib/shared/message_schema.ts";
import type { MessageView } from "../../lib/client/types.ts";
import { retry, trash } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import type { View } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";

/** The message that another one answers; `undefined`: it is not loaded. */
export function Quote(
  { message, words, onShow }: {
    message: Message | undefined;
    words: View;
    onShow: (message: Message) => void;
  },
) {
  const { t } = words;
  if (!message) return <span class="quote text-muted">{t.message.earlier}</span>;
  return (
    <button
      type="button"
      class="quote"
      onClick={() => onShow(message)}
    >
      <bdi class="block truncate font-semibold">{message.sender.name}</bdi>
      <span class="line-clamp-2" dir="auto">{oneLine(message, t)}</span>
    </button>
  );
}

/** Who has reacted, and how. */
export function Reactions({ message, words }: { message: Message; words: View }) {
  return (
    <ul class="mt-1 flex flex-wrap gap-1">
      {message.reactions.map(({ emoji, userIds }) => (
        <li
          key={emoji}
          class="flex h-6 items-center gap-1 rounded-full border border-line bg-raised px-2 text-xs"
        >
          <span aria-hidden="true">{emoji}</span>
          <span aria-hidden="true" class="tabular text-muted">{userIds.length}</span>
          <span class="hidden-visually">
            {words.t.message.reacted(emoji, userIds.length)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Why a message was not sent, and what to do about it. */
export function Failed(
  { view, words, onRetry, onDiscard }: {
    view: MessageView;
    words: View;
    onRetry: () => void;
    onDiscard: () => void;
  },
) {
  const { t } = words;
  const why = t.message.failedWhy;
  const reason = view.failure !== null && view.failure in why
    ? why[view.failure as keyof typeof why]
    : why.other;
  return (
    <>
      <span>{reason}</span>
      <button
        type="button"
        class="inline-flex min-h-11 items-center gap-1 rounded-control px-2 font-semibold text-accent
          hover:bg-hover pane:min-h-6"
        onClick={onRetry}
      >
        <Icon of={retry} size={14} />
        {t.message.retry}
      </button>
      <button
        type="button"
        class="inline-flex min-h-11 items-center gap-1 rounded-control px-2 font-semibold text-danger
          hover:bg-danger-soft pane:min-h-6"
        onClick={onDiscard}
      >
        <Icon of={trash} size={14} />
        {t.message.discard}
      </button>
    </>
  );
}
