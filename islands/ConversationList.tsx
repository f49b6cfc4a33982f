import "../components/bundle.ts";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import { ConversationRow } from "../components/chat/ConversationRow.tsx";
import { moveFocus } from "../components/chat/move_focus.ts";
import { SearchBox } from "../components/chat/SearchBox.tsx";
import { PushPrompt } from "../components/push/PushPrompt.tsx";
import { chats, compose, users, warning } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { Button } from "../components/ui/Button.tsx";
import { EmptyState } from "../components/ui/EmptyState.tsx";
import { IconButton } from "../components/ui/IconButton.tsx";
import { SkeletonRows } from "../components/ui/Skeleton.tsx";
import { useLater } from "../components/ui/use_later.ts";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** Search on top, then every conversation, newest first. */
export default function ConversationList({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <List app={app} />
    </ViewProvider>
  );
}

function List({ app }: { app: AppModel }) {
  const { t } = useView();
  const input = useRef<HTMLInputElement>(null);
  /** The option that Enter takes: the first one until an arrow key or the pointer says otherwise. */
  const active = useSignal(0);
  const role = app.me.value?.role;
  const searching = app.people.query.value.trim() !== "";
  // One first heading: the conversation's name, or else this.
  const Title = app.chat.current.value ? "h2" : "h1";
  const find = () => input.current?.focus();
  return (
    <>
      <div class="flex h-16 shrink-0 items-center gap-1 ps-4 pe-2">
        <Title class="grow text-xl font-semibold">{t.list.title}</Title>
        {(role === "instructor" || role === "admin") && <NewRoom app={app} />}
        <IconButton icon={compose} label={t.list.newChat} align="end" onClick={find} />
      </div>
      <div class="px-3 pb-2">
        <SearchBox app={app} active={active} input={input} />
      </div>
      {searching ? <LaterResults app={app} active={active} /> : <Rows app={app} onFind={find} />}
      <PushPrompt model={app.push} />
    </>
  );
}

/** The results are loaded with the first search. */
function LaterResults({ app, active }: { app: AppModel; active: Signal<number> }) {
  const { t } = useView();
  const later = useLater(true, () => import("../components/chat/SearchResults.tsx"));
  if (later.kind === "ready") return <later.part.SearchResults app={app} active={active} />;
  return (
    <div class="grow">
      {later.kind === "waiting" ? <SkeletonRows rows={3} /> : (
        <EmptyState
          icon={warning}
          title={t.list.searchFailed}
          text={t.message.failedWhy.other}
        />
      )}
    </div>
  );
}

type NewRoomDialog = typeof import("../components/chat/NewRoomDialog.tsx").NewRoomDialog;

/** The dialog is for few, and loaded when one of them first wants it. */
function NewRoom({ app }: { app: AppModel }) {
  const { t } = useView();
  const dialog = useSignal<{ Dialog: NewRoomDialog } | null>(null);
  const open = useSignal(false);
  const show = async () => {
    if (!dialog.value) {
      try {
        const { NewRoomDialog } = await import("../components/chat/NewRoomDialog.tsx");
        dialog.value = { Dialog: NewRoomDialog };
      } catch {
        app.toasts.show({ kind: "text", text: t.toasts.failure.create_room });
        return;
      }
    }
    open.value = true;
  };
  const loaded = dialog.value;
  return (
    <>
      <IconButton icon={users} label={t.list.newRoom} onClick={show} />
      {loaded && <loaded.Dialog app={app} open={open.value} onClose={() => open.value = false} />}
    </>
  );
}

function Rows({ app, onFind }: { app: AppModel; onFind: () => void }) {
  const { t } = useView();
  const { chat } = app;
  const rows = chat.conversations.value;
  const status = chat.status.value.kind;
  if (rows.length === 0) {
    if (status === "loading") {
      return (
        <div class="grow">
          <SkeletonRows />
        </div>
      );
    }
    if (status === "failed") {
      return (
        <div class="grow">
          <EmptyState icon={warning} title={t.list.failed} text={t.message.failedWhy.other}>
            <Button kind="secondary" onClick={() => chat.loadMore()}>{t.common.retry}</Button>
          </EmptyState>
        </div>
      );
    }
    return (
      <div class="grow">
        <EmptyState icon={chats} title={t.list.emptyTitle} text={t.list.emptyText}>
          <Button onClick={onFind}>{t.list.emptyAction}</Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <nav
      aria-label={t.list.label}
      class="min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-4"
      // What the hand is on stays where it is.
      onPointerEnter={() => chat.holdOrder.value = true}
      onPointerLeave={() => chat.holdOrder.value = false}
      onKeyDown={(event) => moveFocus(event, "[data-row]")}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        if (scrollHeight - scrollTop - clientHeight < 400 && chat.hasMore.value) chat.loadMore();
      }}
    >
      <ul>
        {rows.map((conversation) => (
          <li key={conversation.key}>
            <ConversationRow app={app} conversation={conversation} />
          </li>
        ))}
      </ul>
      {chat.hasMore.value && status === "loading" && <SkeletonRows rows={2} />}
    </nav>
  );
}
