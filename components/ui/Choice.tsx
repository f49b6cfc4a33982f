/** One of a few: a row of radio buttons that looks like one control and works without script. */
export function Choice<T extends string>(
  { name, legend, value, options, onChange, hideLegend = false }: {
    /** Of the form field, unique on the page. */
    name: string;
    legend: string;
    value: T;
    options: readonly { value: T; label: string }[];
    onChange?: (value: T) => void;
    hideLegend?: boolean;
  },
) {
  return (
    <fieldset>
      <legend class={hideLegend ? "hidden-visually" : "mb-1.5 text-sm font-medium"}>
        {legend}
      </legend>
      <div class="inline-flex max-w-full flex-wrap gap-1 rounded-card border border-line bg-bg p-1">
        {options.map((option) => (
          <label
            key={option.value}
            class="relative grid min-h-11 place-items-center rounded-control px-3.5 text-sm font-medium text-muted
              transition-colors hover:text-text has-checked:bg-accent-soft has-checked:text-accent
              has-focus-visible:outline-2 has-focus-visible:outline-offset-2
              has-focus-visible:outline-accent pane:min-h-8"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange?.(option.value)}
              class="hidden-visually"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
