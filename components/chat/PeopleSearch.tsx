import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { search, x } from "../icon_nodes.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { SkeletonRows } from "../ui/Skeleton.tsx";
import { useView } from "../ui/view.tsx";
import { pushConversation } from "./chat_history.ts";
import { conversationName } from "./conversation_names.ts";

/** What can be chosen, in the order in which it is shown. */
type Option =
  | { kind: "conversation"; conversation: ConversationModel }
  | { kind: "person"; person: Person };

function optionsOf(app: AppModel): Option[] {
  const conversations = app.people.conversations.value;
  const known = new Set(conversations.map((c) => c.row.value.partner?.id));
  return [
    ...conversations.map((conversation): Option => ({ kind: "conversation", conversation })),
    ...app.people.results.value.filter((person) => !known.has(person.id))
      .map((person): Option => ({ kind: "person", person })),
  ];
}

const optionId = (index: number) => `search-option-${index}`;

/** The search box: a combobox whose list is {@link SearchResults}. */
export function SearchBox(
  { app, active, input }: {
    app: AppModel;
    /** Index of the option that Enter takes. */
    active: Signal<number>;
    input: RefObject<HTMLInputElement>;
  },
) {
  const { t } = useView();
  const query = app.people.query;
  const open = query.value.trim() !== "";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || !open) return;
    const options = optionsOf(app);
    const last = options.length - 1;
    if (event.key === "ArrowDown") active.value = active.value >= last ? 0 : active.value + 1;
    else if (event.key === "ArrowUp") active.value = active.value <= 0 ? last : active.value - 1;
    else if (event.key === "Escape") query.value = "";
    else if (event.key === "Enter") {
      const chosen = options[active.value];
      if (chosen) choose(app, chosen);
    } else return;
    event.preventDefault();
  };
  return (
    <div class="relative">
      <span class="pointer-events-none absolute inset-y-0 start-3 grid place-items-center text-muted">
        <Icon of={search} size={18} />
      </span>
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label={t.list.search}
        aria-expanded={`${open}`}
        aria-controls="search-results"
        aria-autocomplete="list"
        aria-activedescendant={open && optionsOf(app).length > 0
          ? optionId(active.value)
          : undefined}
        placeholder={t.list.search}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="go"
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={onKeyDown}
        class="search-input min-h-11 w-full rounded-full border border-transparent bg-hover ps-10 pe-11
          text-base hover:border-line pane:min-h-10"
      />
      {query.value !== "" && (
        <span class="absolute inset-y-0 end-0.5 flex items-center">
          <IconButton
            icon={x}
            size={16}
            label={t.list.clear}
            align="end"
            onClick={() => {
              query.value = "";
              input.current?.focus();
            }}
          />
        </span>
      )}
    </div>
  );
}

function choose(app: AppModel, option: Option): void {
  const conversation = option.kind === "person"
    ? app.chat.openWith(option.person)
    : app.chat.open(option.conversation.row.value.id);
  app.people.query.value = "";
  pushConversation(conversation.row.value.id);
}

/** People and conversations that match, in place of the list. */
export function SearchResults({ app, active }: { app: AppModel; active: Signal<number> }) {
  const { t } = useView();
  const options = optionsOf(app);
  const firstPerson = options.findIndex((option) => option.kind === "person");
  const status = app.people.status.value.kind;
  const groups = [
    { key: "conversations", label: t.list.conversations, from: 0 },
    { key: "people", label: t.list.people, from: firstPerson },
  ];
  return (
    <div class="min-h-0 grow overflow-y-auto px-2 pb-4">
      <p role="status" class="hidden-visually">
        {status === "loading" ? t.common.loading : t.list.results(options.length)}
      </p>
      <div id="search-results" role="listbox" aria-label={t.list.search}>
        {groups.map(({ key, label, from }) => {
          const end = key === "people" || firstPerson < 0 ? options.length : firstPerson;
          if (from < 0 || from >= end) return null;
          return (
            <div key={key} role="group" aria-labelledby={`search-${key}`}>
              <p id={`search-${key}`} class="px-2.5 pt-3 pb-1 text-xs font-semibold text-muted">
                {label}
              </p>
              {options.slice(from, end).map((option, index) => (
                <Choice
                  key={option.kind === "person" ? option.person.id : option.conversation.key}
                  option={option}
                  id={optionId(from + index)}
                  selected={active.value === from + index}
                  onHover={() => active.value = from + index}
                  onChoose={() => choose(app, option)}
                />
              ))}
            </div>
          );
        })}
      </div>
      {options.length === 0 && (status === "loading"
        ? <SkeletonRows rows={3} />
        : status === "failed"
        ? <EmptyState icon={search} title={t.list.failed} text={t.message.failedWhy.other} />
        : (
          <EmptyState
            icon={search}
            title={t.list.nothing(app.people.query.value.trim())}
            text={t.list.nothingHint}
          />
        ))}
    </div>
  );
}

function Choice(
  { option, id, selected, onHover, onChoose }: {
    option: Option;
    id: string;
    selected: boolean;
    onHover: () => void;
    onChoose: () => void;
  },
) {
  const person = option.kind === "person" ? option.person : option.conversation.row.value.partner;
  let picture: ComponentChildren;
  let name: string;
  if (person) {
    picture = <Avatar person={person} size="sm" />;
    name = person.name;
  } else {
    const row = option.kind === "conversation" ? option.conversation.row.value : null;
    picture = <RoomAvatar id={row?.id ?? ""} size="sm" />;
    name = row ? conversationName(row) : "";
  }
  return (
    <div
      id={id}
      role="option"
      aria-selected={`${selected}`}
      onPointerMove={onHover}
      onClick={onChoose}
      class={`flex min-h-12 cursor-pointer items-center gap-3 rounded-card px-2.5 ${
        selected ? "bg-accent-soft" : ""
      }`}
    >
      {picture}
      <bdi class="min-w-0 truncate font-medium">{name}</bdi>
    </div>
  );
}

/** The option that Enter takes: the first one until an arrow key or the pointer says otherwise. */
export function useActiveOption(): Signal<number> {
  return useSignal(0);
}
