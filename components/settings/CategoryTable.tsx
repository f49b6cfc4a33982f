import type { Category, PreferencesChange } from "../../lib/shared/preferences_schema.ts";
import { Switch } from "../ui/Switch.tsx";
import { usePageWords } from "../ui/page_words.ts";
import { categoryTitle } from "./category_title.ts";

const channels = ["bell", "push"] as const;

/** What comes, and by which way: a switch each, or in words what nobody can switch. */
export function CategoryTable(
  { categories, onChange }: {
    categories: readonly Category[];
    onChange: (change: PreferencesChange) => void;
  },
) {
  const words = usePageWords();
  const { notify: p } = words;
  const titleOf = (category: Category) => categoryTitle(category, words);
  return (
    <table class="w-full">
      <caption class="hidden-visually">{p.table}</caption>
      <thead>
        <tr class="border-b border-line text-sm text-muted">
          <th scope="col" class="pb-2 text-start font-medium">{p.category}</th>
          {channels.map((channel) => (
            <th key={channel} scope="col" class="w-14 pb-2 text-center font-medium pane:w-24">
              {p.channels[channel]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {categories.map((category) => (
          <tr key={category.name} class="border-b border-line last:border-0">
            <th scope="row" class="py-0.5 pe-2 text-start font-normal">
              <bdi class="hyphens-auto wrap-anywhere">{titleOf(category)}</bdi>
            </th>
            {channels.map((channel) => (
              <td key={channel} class="h-12 text-center">
                {category[channel].fixed
                  ? (
                    <span class="text-sm text-muted">
                      {category[channel].on ? p.alwaysOn : p.alwaysOff}
                    </span>
                  )
                  : (
                    <Switch
                      label={p.channelOf(titleOf(category), p.channels[channel])}
                      on={category[channel].on}
                      onChange={(on) =>
                        onChange({ categories: { [category.name]: { [channel]: on } } })}
                    />
                  )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
