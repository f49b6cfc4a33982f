/** On or off, at once. `label` is its name where no text beside it is one. */
export function Switch(
  { id, label, on, describedBy, onChange }: {
    id?: string;
    label: string;
    on: boolean;
    /** Id of what explains it. */
    describedBy?: string;
    onChange: (on: boolean) => void;
  },
) {
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      class="switch"
      aria-label={label}
      aria-describedby={describedBy}
      checked={on}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
