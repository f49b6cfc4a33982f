import { useMemo, useRef } from "preact/hooks";
import type { Message } from "../../lib/shared/message_schema.ts";
import { dayLabel } from "../../lib/shared/i18n/format.ts";
import type { AppModel, ConversationModel, MessageView } from "../../lib/client/types.ts";
import { useLater } from "../ui/use_later.ts";
import { useView } from "../ui/view.tsx";
import { conversationName } from "./conversation_names.ts";
import { type Day, layOut } from "./group_messages.ts";
import { LogBeginning } from "./LogBeginning.tsx";
import { ToLatest, UnreadAbove } from "./LogButtons.tsx";
import { type MessageActions, MessageRow } from "./MessageRow.tsx";
import { moveFocus } from "./move_focus.ts";
import { TypingLine } from "./TypingLine.tsx";
import { useLogScroll } from "./use_log_scroll.ts";
import { type MessageMenu, useMessageMenu } from "./use_message_menu.ts";

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
  const menu = useMessageMenu();

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
        onContextMenu={menu.onContextMenu}
        onPointerDown={menu.onPointerDown}
        onPointerMove={menu.onPointerMove}
        onPointerUp={menu.onPointerEnd}
        onPointerCancel={menu.onPointerEnd}
      >
        <div class="log-column" data-empty={messages.length === 0 ? "" : undefined}>
          <LogBeginning conversation={conversation} name={name} />
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
        count={divider === null ? 0 : unreadBetween(messages, divider, scroll.belowDivider.value)}
        onPress={scroll.toDivider}
      />
      <LaterMenu menu={menu} messages={messages} actions={actions} />
      <ToLatest show={scroll.away.value} count={scroll.newCount.value} onPress={scroll.toEnd} />
    </div>
  );
}

/** The menu is loaded when it is first asked for. */
function LaterMenu(
  { menu, messages, actions }: {
    menu: MessageMenu;
    messages: readonly MessageView[];
    actions: MessageActions;
  },
) {
  const place = menu.place.value;
  const later = useLater(place !== null, () => import("./MessageMenu.tsx"));
  const view = place && messages.find(({ key }) => key === place.key);
  if (!view || later.kind !== "ready") return null;
  return (
    <later.part.MessageMenu
      key={place.key}
      view={view}
      x={place.x}
      y={place.y}
      actions={actions}
      onClose={() => menu.place.value = null}
    />
  );
}

/** Messages of others from `seq` to before `end`; what is not loaded yet counts as theirs. */
function unreadBetween(messages: readonly MessageView[], seq: number, end: number): number {
  const own = messages.filter(({ own, message }) => own && message.seq >= seq && message.seq < end);
  return Math.max(0, end - seq - own.length);
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
