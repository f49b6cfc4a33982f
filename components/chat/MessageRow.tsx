import { Component } from "preact";
import type { Message } from "../../lib/shared/message_schema.ts";
import { clockTime, fullTime } from "../../lib/shared/i18n/format.ts";
import type { MessageView } from "../../lib/client/types.ts";
import { copy, reply, retry, trash } from "../icon_nodes.ts";
import { isOnlyEmoji } from "../text/rich_text.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Tip } from "../ui/IconButton.tsx";
import type { View } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";
import { MessageState } from "./MessageState.tsx";
import { MessageText } from "./MessageText.tsx";

/** What can be done with a message. */
export interface MessageActions {
  copy(view: MessageView): void;
  reply(view: MessageView): void;
  retry(view: MessageView): void;
  discard(view: MessageView): void;
  /** Shows the message that another one answers. */
  showQuoted(message: Message): void;
}

interface Props {
  view: MessageView;
  words: View;
  /** In a room others' messages carry their name and picture. */
  room: boolean;
  first: boolean;
  last: boolean;
  showState: boolean;
  /** The message that this one answers; null: answers none; undefined: not loaded. */
  quoted: Message | null | undefined;
  actions: MessageActions;
  /** The one that Tab leads to. */
  entry: boolean;
}

/**
 * One message. Drawn again only when a prop changes: of thousands of rows, a new message then draws
 * two. (A class, because hooks alone can't skip a drawing.)
 */
export class MessageRow extends Component<Props> {
  override shouldComponentUpdate(next: Readonly<Props>): boolean {
    const now: Props = this.props;
    return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== now[key]);
  }

  render({ view, words, room, first, last, showState, quoted, actions, entry }: Props) {
    const { t, format } = words;
    const { message, own, state } = view;
    const at = Date.parse(message.createdAt);
    const time = clockTime(format, at);
    const deleted = message.deletedAt !== null;
    const onlyEmoji = !deleted && message.replyTo === null && isOnlyEmoji(message.content);
    const others = room && !own;
    return (
      <div
        class="message"
        data-key={view.key}
        data-seq={message.seq}
        data-own={own ? "" : undefined}
        data-first={first ? "" : undefined}
        data-last={last ? "" : undefined}
        data-state={state ?? undefined}
        role="article"
        tabIndex={entry ? 0 : -1}
      >
        {others && (
          <div class="flex w-8 shrink-0 flex-col justify-end">
            {last && <Avatar person={message.sender} size="sm" />}
          </div>
        )}
        <div class="message-body">
          {others && first
            ? (
              <p class="max-w-full truncate px-1 pb-1 text-sm font-semibold text-muted">
                <bdi>{message.sender.name}</bdi>
                <span class="hidden-visually">, {time}</span>
              </p>
            )
            : (
              <span class="hidden-visually">
                {t.message.at(own ? t.common.you : message.sender.name, time)}
              </span>
            )}
          <div class="bubble-line">
            <div
              class="bubble"
              data-bubble
              data-emoji={onlyEmoji ? "" : undefined}
              data-deleted={deleted ? "" : undefined}
            >
              {quoted !== null && !deleted && (
                <Quote message={quoted} words={words} onShow={actions.showQuoted} />
              )}
              {deleted ? t.message.deleted : <MessageText text={message.content} />}
            </div>
            <div class="message-side">
              {!deleted && message.seq > 0 && (
                <>
                  <SideButton
                    icon={reply}
                    label={t.message.reply}
                    onClick={() => actions.reply(view)}
                  />
                  <SideButton
                    icon={copy}
                    label={t.message.copy}
                    onClick={() => actions.copy(view)}
                  />
                </>
              )}
              <time
                dateTime={message.createdAt}
                title={fullTime(format, at)}
                class="px-1"
                aria-hidden="true"
              >
                {time}
              </time>
            </div>
          </div>
          {message.reactions.length > 0 && <Reactions message={message} words={words} />}
          {(last || showState || message.editedAt !== null) && !deleted && (
            <div class="message-meta">
              {message.editedAt !== null && <span>{t.message.edited}</span>}
              {last && state !== "failed" && <span aria-hidden="true" class="tabular">{time}</span>}
              {state !== null && showState && <MessageState state={state} />}
              {state === "failed" && <Failed view={view} words={words} actions={actions} />}
            </div>
          )}
          {state !== null && !showState && <span class="hidden-visually">{t.message[state]}</span>}
        </div>
      </div>
    );
  }
}

function SideButton(
  { icon, label, onClick }: { icon: typeof copy; label: string; onClick: () => void },
) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      class="relative grid size-10 place-items-center rounded-control hover:bg-hover hover:text-text
        pane:size-8"
    >
      <Icon of={icon} size={16} />
      <Tip text={label} side="top" />
    </button>
  );
}

function Quote(
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

function Reactions({ message, words }: { message: Message; words: View }) {
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

function Failed(
  { view, words, actions }: { view: MessageView; words: View; actions: MessageActions },
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
        onClick={() => actions.retry(view)}
      >
        <Icon of={retry} size={14} />
        {t.message.retry}
      </button>
      <button
        type="button"
        class="inline-flex min-h-11 items-center gap-1 rounded-control px-2 font-semibold text-danger
          hover:bg-danger-soft pane:min-h-6"
        onClick={() => actions.discard(view)}
      >
        <Icon of={trash} size={14} />
        {t.message.discard}
      </button>
    </>
  );
}
