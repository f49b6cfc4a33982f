import "../bundle.ts";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { AppModel } from "../../lib/client/types.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { x } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { Field } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useView } from "../ui/view.tsx";
import { pushConversation } from "./chat_history.ts";
import { focusComposer } from "./MessageLog.tsx";
import { PersonPicker } from "./PersonPicker.tsx";

/** Names a room and chooses who is in it. For instructors and admins. */
export function NewRoomDialog(
  { app, open, onClose }: { app: AppModel; open: boolean; onClose: () => void },
) {
  const { t } = useView();
  const d = useDialogWords();
  const name = useSignal("");
  const error = useSignal<string | null>(null);
  const members = useSignal<readonly Person[]>([]);
  const busy = useSignal(false);
  const madeOne = useRef(false);

  const create = async () => {
    if (name.value.trim() === "") {
      error.value = d.room.nameMissing;
      document.getElementById("room-name")?.focus();
      return;
    }
    busy.value = true;
    const made = await app.chat.createRoom(
      name.value.trim(),
      members.value.map((person) => person.id),
    );
    busy.value = false;
    if (!made) return;
    name.value = "";
    members.value = [];
    onClose();
    pushConversation(made.row.value.id);
    madeOne.current = true;
  };

  return (
    <Dialog
      id="new-room"
      open={open}
      title={d.room.title}
      onClose={() => {
        onClose();
        // The dialog has given the focus back by now; what comes next is the first message.
        if (madeOne.current) focusComposer();
        madeOne.current = false;
      }}
    >
      <form
        class="flex min-h-0 flex-col"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) create();
        }}
      >
        <div class="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 pt-1 pb-4">
          <p class="text-muted">{d.room.text}</p>
          <Field
            id="room-name"
            label={d.room.name}
            maxLength={80}
            autocomplete="off"
            autofocus
            value={name.value}
            error={error.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
              error.value = null;
            }}
          />
          <MemberPicker app={app} members={members.value} onChange={(all) => members.value = all} />
        </div>
        <div class="flex justify-end gap-2 border-t border-line px-5 py-3">
          <Button kind="quiet" onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" aria-disabled={`${busy.value}`}>{d.room.create}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function MemberPicker(
  { app, members, onChange }: {
    app: AppModel;
    members: readonly Person[];
    onChange: (members: readonly Person[]) => void;
  },
) {
  const d = useDialogWords();
  const chosen = new Set([...members.map((person) => person.id), app.me.value?.id ?? ""]);
  return (
    <div class="flex flex-col gap-1.5">
      <label for="room-members" class="text-sm font-medium">{d.room.members}</label>
      {members.length > 0 && (
        <ul class="flex flex-wrap gap-1.5">
          {members.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                aria-label={d.room.removeMember(person.name)}
                onClick={() => onChange(members.filter((other) => other.id !== person.id))}
                class="flex min-h-11 max-w-56 items-center gap-1.5 rounded-full border border-line bg-hover
                  ps-1.5 pe-2.5 text-sm hover:bg-line pane:min-h-8"
              >
                <Avatar person={person} size="xs" />
                <bdi class="truncate">{person.name}</bdi>
                <Icon of={x} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" class="hidden-visually">{d.room.added(members.length)}</p>
      <PersonPicker
        app={app}
        id="room-members"
        without={chosen}
        onPick={(person) => onChange([...members, person])}
      />
    </div>
  );
}
