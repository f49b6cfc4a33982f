import "../bundle.ts";
import { clockTime, isolate } from "../../lib/shared/i18n/format.ts";
import type { MessageView } from "../../lib/client/types.ts";
import { copy, reply, retry, trash } from "../icon_nodes.ts";
import { ActionMenu, type MenuItem } from "../ui/ActionMenu.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { useView } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";
import type { MessageActions } from "./MessageRow.tsx";

/** The actions of one message. */
export function MessageMenu(
  { view, x, y, actions, onClose }: {
    view: MessageView;
    x: number;
    y: number;
    actions: MessageActions;
    onClose: () => void;
  },
) {
  const { t, format } = useView();
  const d = useDialogWords();
  const { message, own, state } = view;
  const items: MenuItem[] = [];
  if (message.deletedAt === null) {
    if (message.seq > 0) {
      items.push({
        icon: reply,
        label: t.message.reply,
        flip: true,
        act: () => actions.reply(view),
      });
    }
    items.push({ icon: copy, label: t.message.copy, act: () => actions.copy(view) });
  }
  if (state === "failed") {
    items.push(
      { icon: retry, label: t.message.retry, act: () => actions.retry(view) },
      {
        icon: trash,
        label: t.message.discard,
        danger: true,
        act: () => actions.discard(view),
      },
    );
  }
  const name = own ? t.common.you : message.sender.name;
  return (
    <ActionMenu label={d.actions.title} x={x} y={y} items={items} onClose={onClose}>
      <p class="truncate font-medium">
        {t.message.at(isolate(name), clockTime(format, Date.parse(message.createdAt)))}
      </p>
      <p class="line-clamp-2 wrap-anywhere" dir="auto">{oneLine(message, t)}</p>
    </ActionMenu>
  );
}
