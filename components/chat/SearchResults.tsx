import "../bundle.ts";
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { AppModel } from "../../lib/client/types.ts";
import { search } from "../icon_nodes.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { SkeletonRows } from "../ui/Skeleton.tsx";
import { useView } from "../ui/view.tsx";
import { conversationName } from "./conversation_names.ts";
import { choose, type Option, optionId, optionsOf } from "./search_options.ts";

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
        ? <EmptyState icon={search} title={t.list.searchFailed} text={t.message.failedWhy.other} />
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
