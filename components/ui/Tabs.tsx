/** Filters that look like tabs: buttons with a pressed state, arrow keys not needed. */
export function Tabs<T extends string>(
  { label, value, options, onChange }: {
    label: string;
    value: T;
    options: readonly { value: T; label: string }[];
    onChange: (value: T) => void;
  },
) {
  return (
    <div role="group" aria-label={label} class="flex gap-1">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={`${option.value === value}`}
          onClick={() => onChange(option.value)}
          class="min-h-11 rounded-full px-3.5 text-sm font-medium text-muted transition-colors
            hover:bg-hover hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent
            pane:min-h-8"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
