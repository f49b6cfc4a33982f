import { useMemo, useRef } from "preact/hooks";
import type { Message } from "../../lib/shared/message_schema.ts";
import { dayLabel, isolate } from "../../lib/shared/i18n/format.ts";
import type { AppModel, ConversationModel, MessageView } from "../../lib/client/types.ts";
import { arrowDown, arrowUp } from "../icon_nodes.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Tip } from "../ui/IconButton.tsx";
import { useView } from "../ui/view.tsx";
import { conversationName } from "./conversation_names.ts";
import { type Day, layOut } from "./group_messages.ts";
import { type MessageActions, MessageRow } from "./MessageRow.tsx";
import { moveFocus } from "./move_focus.ts";
import { useLogScroll } from "./use_log_scroll.ts";

/** Puts the cursor into the composer; the composer's text box is the only one of this id. */
export function focusComposer(): void {
  document.getElementById("composer")?.focus();
}

/** The messages of a conversation. Give it the conversation's key, so that each has its own scroll. */
export function MessageLog(
  { app, conversation, hydrated }: {
    app: AppModel;
    conversation: ConversationModel;
    /** False for what the server has drawn: it is shown as it is. */
    hydrated: boolean;
  },
) {
  const view = useView();
  const { t, format } = view;
  const log = useRef<HTMLDivElement>(null);
  const messages = conversation.messages.value;
  const divider = conversation.dividerSeq.value;
  const row = conversation.row.value;
  const loading = conversation.loading.value;
  const scroll = useLogScroll(log, conversation, hydrated);

  const days = useMemo(() => layOut(messages, format, divider), [messages, format, divider]);
  const byId = useMemo(() => new Map(messages.map((m) => [m.message.id, m.message])), [messages]);
  const actions = useActions(app, conversation, view.t.message.copied);
  const name = conversationName(row);
  const room = row.kind === "room";
  const lastKey = messages[messages.length - 1]?.key;

  return (
    <div class="relative flex min-h-0 grow flex-col">
      <div
        ref={log}
        class="log"
        role="log"
        aria-label={room ? t.chat.logRoom(name) : t.chat.log(name)}
        // Older messages that are put above are no news.
        aria-live={loading === "none" ? "polite" : "off"}
        aria-busy={`${loading !== "none"}`}
        onScroll={scroll.onScroll}
        onKeyDown={(event) => moveFocus(event, ".message")}
      >
        <div class="log-column" data-empty={messages.length === 0 ? "" : undefined}>
          <Beginning conversation={conversation} name={name} />
          {days.map((day) => (
            <DaySection
              key={day.day}
              day={day}
              now={app.now.value}
              room={room}
              quotedOf={(message) => message.replyTo === null ? null : byId.get(message.replyTo)}
              actions={actions}
              entryKey={lastKey}
            />
          ))}
          <TypingLine app={app} conversation={conversation} />
        </div>
      </div>
      <UnreadAbove
        show={scroll.dividerAbove.value}
        count={divider === null ? 0 : unreadFrom(messages, divider, row.seq)}
        onPress={scroll.toDivider}
      />
      <ToLatest show={scroll.away.value} count={scroll.newCount.value} onPress={scroll.toEnd} />
    </div>
  );
}

/** Messages of others from `seq` to `newest`; older ones that are not loaded yet count as theirs. */
function unreadFrom(messages: readonly MessageView[], seq: number, newest: number): number {
  const own = messages.filter((view) => view.own && view.message.seq >= seq).length;
  return Math.max(0, newest - seq + 1 - own);
}

function DaySection(
  { day, now, room, quotedOf, actions, entryKey }: {
    day: Day;
    now: number;
    room: boolean;
    quotedOf: (message: Message) => Message | null | undefined;
    actions: MessageActions;
    entryKey: string | undefined;
  },
) {
  const words = useView();
  return (
    <section>
      <div class="day">
        <span>{dayLabel(words.format, day.at, now)}</span>
      </div>
      {day.rows.map(({ view, first, last, showState, newLine }) => {
        const message = (
          <MessageRow
            key={view.key}
            view={view}
            words={words}
            room={room}
            first={first}
            last={last}
            showState={showState}
            quoted={quotedOf(view.message)}
            actions={actions}
            entry={view.key === entryKey}
          />
        );
        return newLine
          ? [<div key="new" class="new-line" data-new-line>{words.t.chat.new}</div>, message]
          : message;
      })}
    </section>
  );
}

/** Above the first message: where it begins, or that older ones are on the way. */
function Beginning({ conversation, name }: { conversation: ConversationModel; name: string }) {
  const { t } = useView();
  const row = conversation.row.value;
  if (conversation.hasOlder.value) {
    return (
      <div class="flex h-16 items-center justify-center gap-1.5 text-muted">
        {conversation.loading.value === "older" && (
          <span role="status" class="flex items-center gap-1.5">
            <span class="hidden-visually">{t.chat.loadingOlder}</span>
            <span class="typing-dot" />
            <span class="typing-dot" />
            <span class="typing-dot" />
          </span>
        )}
      </div>
    );
  }
  if (conversation.messages.value.length === 0) return <Hello conversation={conversation} />;
  return (
    <p class="px-4 pt-8 pb-2 text-center text-sm text-muted text-balance">
      {row.kind === "room" ? t.chat.beginningRoom(isolate(name)) : t.chat.beginning(isolate(name))}
    </p>
  );
}

/** Before the first message. */
function Hello({ conversation }: { conversation: ConversationModel }) {
  const { t } = useView();
  const row = conversation.row.value;
  const name = isolate(conversationName(row));
  return (
    <div class="flex flex-col items-center px-6 py-10 text-center">
      {row.partner
        ? <Avatar person={row.partner} size="xl" />
        : <RoomAvatar id={row.id} size="xl" />}
      <h2 class="mt-4 text-lg font-semibold text-balance">
        {row.partner ? t.chat.helloTitle(name) : t.chat.helloRoom(name)}
      </h2>
      <p class="mt-1 text-muted text-pretty">{t.chat.helloText}</p>
    </div>
  );
}

/** A line that is always there, so that nothing moves when somebody begins to type. */
function TypingLine({ app, conversation }: { app: AppModel; conversation: ConversationModel }) {
  const { t } = useView();
  const names = conversation.typing.value.map((id) =>
    app.people.get(id)?.name ?? conversation.row.value.partner?.name ?? ""
  ).filter((name) => name !== "").map(isolate);
  const [one, two] = names;
  return (
    <div class="flex h-7 items-center gap-2 px-1 text-sm text-muted" aria-live="off">
      {one !== undefined && (
        <>
          <span class="flex gap-1" aria-hidden="true">
            <span class="typing-dot" />
            <span class="typing-dot" />
            <span class="typing-dot" />
          </span>
          <span class="truncate">
            {names.length > 2
              ? t.chat.typingMany(names.length)
              : two !== undefined
              ? t.chat.typingTwo(one, two)
              : t.chat.typing(one)}
          </span>
        </>
      )}
    </div>
  );
}

function UnreadAbove(
  { show, count, onPress }: { show: boolean; count: number; onPress: () => void },
) {
  const { t } = useView();
  if (!show || count === 0) return null;
  return (
    <div class="pointer-events-none absolute inset-x-0 top-3 z-10 flex justify-center">
      <button
        type="button"
        onClick={onPress}
        class="fade pointer-events-auto inline-flex min-h-11 items-center gap-2 rounded-full bg-accent
          px-4 text-sm font-semibold text-on-accent shadow-float hover:bg-accent-hover pane:min-h-9"
      >
        <Icon of={arrowUp} size={16} />
        {t.chat.toUnread(count)}
      </button>
    </div>
  );
}

function ToLatest(
  { show, count, onPress }: { show: boolean; count: number; onPress: () => void },
) {
  const { t } = useView();
  if (!show) return null;
  return (
    <div class="pointer-events-none absolute inset-x-4 bottom-2 z-10 flex justify-center">
      {count > 0
        ? (
          <button
            type="button"
            onClick={onPress}
            class="fade pointer-events-auto inline-flex min-h-11 items-center gap-2 rounded-full
              bg-accent px-4 text-sm font-semibold text-on-accent shadow-float hover:bg-accent-hover
              pane:min-h-9"
          >
            <Icon of={arrowDown} size={16} />
            {t.chat.newMessages(count)}
          </button>
        )
        : (
          <button
            type="button"
            aria-label={t.chat.latest}
            onClick={onPress}
            class="fade pointer-events-auto relative grid size-11 place-items-center rounded-full border
              border-line bg-raised text-muted shadow-float hover:text-text pane:size-10"
          >
            <Icon of={arrowDown} size={18} />
            <Tip text={t.chat.latest} side="top" />
          </button>
        )}
    </div>
  );
}

/** The same object for as long as the conversation is shown: rows compare it. */
function useActions(
  app: AppModel,
  conversation: ConversationModel,
  copied: string,
): MessageActions {
  return useMemo<MessageActions>(() => ({
    copy(view) {
      navigator.clipboard?.writeText(view.message.content).then(
        () => app.toasts.show({ kind: "text", text: copied }),
        // Refused by the browser: selecting the text by hand still works.
        () => {},
      );
    },
    reply(view) {
      conversation.replyTo.value = view.message;
      focusComposer();
    },
    retry: (view) => conversation.retry(view.key),
    discard(view) {
      conversation.discard(view.key);
      focusComposer();
    },
    showQuoted: (message) => conversation.jump(message.seq),
  }), [app, conversation, copied]);
}
