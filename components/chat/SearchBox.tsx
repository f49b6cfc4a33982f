import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import type { AppModel } from "../../lib/client/types.ts";
import { search, x } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useView } from "../ui/view.tsx";
import { choose, optionId, optionsOf } from "./search_options.ts";

/** The search box: a combobox whose list is `SearchResults`. */
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
