import { Component } from "preact";
import type { Message } from "../../lib/shared/message_schema.ts";
import { clockTime, fullTime } from "../../lib/shared/i18n/format.ts";
import type { MessageView } from "../../lib/client/types.ts";
import { copy, reply } from "../icon_nodes.ts";
import { isOnlyEmoji } from "../text/rich_text.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Tip } from "../ui/IconButton.tsx";
import type { View } from "../ui/view.tsx";
import { Failed, Quote, Reactions } from "./MessageParts.tsx";
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
              {state === "failed" && (
                <Failed
                  view={view}
                  words={words}
                  onRetry={() => actions.retry(view)}
                  onDiscard={() => actions.discard(view)}
                />
              )}
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
      class="relative grid size-11 place-items-center rounded-control hover:bg-hover hover:text-text
        pane:size-8"
    >
      <Icon of={icon} size={16} />
      <Tip text={label} side="top" />
    </button>
  );
}
