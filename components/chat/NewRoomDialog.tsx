import "../bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { AppModel } from "../../lib/client/types.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { plus, x } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field, inputClass } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useView } from "../ui/view.tsx";
import { pushConversation } from "./chat_history.ts";
import { focusComposer } from "./MessageLog.tsx";

/** Pause in typing after which people are searched. */
const SEARCH_AFTER_MS = 200;

/** Names a room and chooses who is in it. For instructors and admins. */
export function NewRoomDialog(
  { app, open, onClose }: { app: AppModel; open: boolean; onClose: () => void },
) {
  const { t } = useView();
  const name = useSignal("");
  const error = useSignal<string | null>(null);
  const members = useSignal<readonly Person[]>([]);
  const busy = useSignal(false);
  const madeOne = useRef(false);

  const create = async () => {
    if (name.value.trim() === "") {
      error.value = t.room.nameMissing;
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
      title={t.room.title}
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
          <p class="text-muted">{t.room.text}</p>
          <Field
            id="room-name"
            label={t.room.name}
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
          <Button type="submit" aria-disabled={`${busy.value}`}>{t.room.create}</Button>
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
  const { t } = useView();
  const query = useSignal("");
  const found = useSignal<{ query: string; people: readonly Person[] } | null>(null);
  const wanted = query.value.trim();

  useEffect(() => {
    if (wanted === "") {
      found.value = null;
      return;
    }
    let stale = false;
    const timer = setTimeout(() => {
      app.api.searchPeople(wanted).then(
        (people) => {
          if (!stale) found.value = { query: wanted, people };
        },
        () => app.toasts.show({ kind: "text", text: t.list.failed }),
      );
    }, SEARCH_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted]);

  const chosen = new Set([...members.map((person) => person.id), app.me.value?.id]);
  const people = found.value?.people.filter((person) => !chosen.has(person.id)) ?? [];
  return (
    <div class="flex flex-col gap-1.5">
      <label for="room-members" class="text-sm font-medium">{t.room.members}</label>
      {members.length > 0 && (
        <ul class="flex flex-wrap gap-1.5">
          {members.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                aria-label={t.room.removeMember(person.name)}
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
      <input
        id="room-members"
        class={inputClass}
        autocomplete="off"
        placeholder={t.room.membersHint}
        value={query.value}
        onInput={(event) => query.value = event.currentTarget.value}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing || wanted === "") return;
          event.preventDefault();
          const [first] = people;
          if (first) {
            onChange([...members, first]);
            query.value = "";
          }
        }}
      />
      <p role="status" class="hidden-visually">{t.room.added(members.length)}</p>
      <ul class="flex min-h-12 flex-col">
        {people.slice(0, 5).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              aria-label={t.room.add(person.name)}
              onClick={() => {
                onChange([...members, person]);
                query.value = "";
                document.getElementById("room-members")?.focus();
              }}
              class="flex min-h-12 w-full items-center gap-3 rounded-card px-2 text-start hover:bg-hover"
            >
              <Avatar person={person} size="sm" />
              <bdi class="min-w-0 grow truncate">{person.name}</bdi>
              <span class="text-muted">
                <Icon of={plus} size={18} />
              </span>
            </button>
          </li>
        ))}
        {found.value !== null && found.value.query === wanted && people.length === 0 && (
          <li class="grid min-h-12 items-center px-2 text-muted">{t.room.nobody}</li>
        )}
      </ul>
    </div>
  );
}
