import { useLayoutEffect, useRef } from "preact/hooks";
import { isolate } from "../../lib/shared/i18n/format.ts";
import type { RoomMember } from "../../lib/shared/message_schema.ts";
import { x } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useView } from "../ui/view.tsx";

/** Somebody in a room: pressing the row writes to them. */
export function MemberRow(
  { member, own, online, presence, asking, onWrite, onAsk, onCancel, onRemove }: {
    member: RoomMember;
    /** The reader. */
    own: boolean;
    online: boolean;
    /** In words; null: nothing is known. */
    presence: string | null;
    /** The question whether to remove them is open. */
    asking: boolean;
    onWrite: () => void;
    /** Undefined: may not be removed by the reader. */
    onAsk: (() => void) | undefined;
    onCancel: () => void;
    onRemove: () => void;
  },
) {
  const d = useDialogWords();
  const name = isolate(member.name);
  const body = (
    <>
      <Avatar person={member} online={online} size="sm" />
      <span class="min-w-0 grow">
        <span class="flex items-baseline gap-2">
          <bdi class="truncate font-medium">{member.name}</bdi>
          {own && <span class="shrink-0 text-sm text-muted">{d.members.you}</span>}
        </span>
        {presence !== null && <span class="block truncate text-sm text-muted">{presence}</span>}
      </span>
      {member.role === "owner" && (
        <span class="shrink-0 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium text-accent">
          {d.members.owner}
        </span>
      )}
    </>
  );
  const row = "flex min-h-14 min-w-0 grow items-center gap-3 rounded-card px-2 py-1.5 text-start";
  return (
    <li>
      <div class="flex items-center">
        {own ? <div class={row}>{body}</div> : (
          <button
            type="button"
            title={d.members.write(name)}
            onClick={onWrite}
            class={`${row} hover:bg-hover`}
          >
            {body}
          </button>
        )}
        {onAsk && !own && (
          <IconButton
            icon={x}
            size={18}
            label={d.members.remove(name)}
            align="end"
            onClick={onAsk}
          />
        )}
      </div>
      {asking && (
        <div class="mb-2 rounded-card bg-danger-soft p-3">
          <Confirm
            text={d.members.removeAsk(name)}
            action={d.members.removeDo}
            onCancel={onCancel}
            onConfirm={onRemove}
          />
        </div>
      )}
    </li>
  );
}

/** The question before something that can't be taken back; the focus goes to the harmless answer. */
export function Confirm(
  { text, action, onCancel, onConfirm }: {
    text: string;
    action: string;
    onCancel: () => void;
    onConfirm: () => void;
  },
) {
  const { t } = useView();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector("button")?.focus(), []);
  return (
    <div
      ref={box}
      role="group"
      aria-label={text}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The question is closed, not what it stands in.
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <p class="text-sm text-pretty">{text}</p>
      <div class="mt-2 flex flex-wrap justify-end gap-2">
        <Button kind="quiet" size="sm" onClick={onCancel}>{t.common.cancel}</Button>
        <Button kind="danger" size="sm" onClick={onConfirm}>{action}</Button>
      </div>
    </div>
  );
}
