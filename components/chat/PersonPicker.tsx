import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AppModel } from "../../lib/client/types.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { plus } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { inputClass } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useView } from "../ui/view.tsx";

/** Pause in typing after which people are searched. */
const SEARCH_AFTER_MS = 200;
/** Of those who match: one types on rather than looking through more. */
const SHOWN_MAX = 5;

/** Finds people by name, to be added to something one by one. Enter takes the first. */
export function PersonPicker(
  { app, id, label, without, onPick }: {
    app: AppModel;
    /** Of the text box; where no `<label>` names it, `label` does. */
    id: string;
    label?: string;
    /** Ids of those who are in already. */
    without: ReadonlySet<string>;
    onPick: (person: Person) => void;
  },
) {
  const { t } = useView();
  const d = useDialogWords();
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
        () => app.toasts.show({ kind: "text", text: t.list.searchFailed }),
      );
    }, SEARCH_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted]);

  const people = found.value?.people.filter((person) => !without.has(person.id)) ?? [];
  const pick = (person: Person) => {
    onPick(person);
    query.value = "";
    document.getElementById(id)?.focus();
  };
  return (
    <div class="flex flex-col gap-1.5">
      <input
        id={id}
        class={inputClass}
        autocomplete="off"
        aria-label={label}
        placeholder={label ? d.members.addHint : d.room.membersHint}
        value={query.value}
        onInput={(event) => query.value = event.currentTarget.value}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing || wanted === "") return;
          event.preventDefault();
          const [first] = people;
          if (first) pick(first);
        }}
      />
      <ul class="flex flex-col empty:hidden">
        {people.slice(0, SHOWN_MAX).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              aria-label={d.room.add(person.name)}
              onClick={() => pick(person)}
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
          <li class="grid min-h-12 items-center px-2 text-muted" role="status">{d.room.nobody}</li>
        )}
      </ul>
    </div>
  );
}
