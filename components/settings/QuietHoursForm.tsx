import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { QuietHours } from "../../lib/shared/preferences_schema.ts";
import { Button } from "../ui/Button.tsx";
import { inputClass, selectClass } from "../ui/Field.tsx";
import { Switch } from "../ui/Switch.tsx";
import { usePageWords } from "../ui/page_words.ts";
import { useView } from "../ui/view.tsx";
import { allTimeZones, dayNames, ownTimeZone, week } from "./time_zones.ts";

/** When no push rings: on or off, which days, from when to when, and where. Saved at once. */
export function QuietHoursForm(
  { hours, onChange }: {
    hours: QuietHours | null;
    onChange: (hours: QuietHours | null) => void;
  },
) {
  const { notify: p } = usePageWords();
  const { format } = useView();
  /** What they were before they were switched off. */
  const last = useSignal(hours);
  const set = (next: QuietHours | null) => {
    if (next) last.value = next;
    onChange(next);
  };
  const fresh = (): QuietHours => ({
    timeZone: ownTimeZone(),
    days: [...week],
    from: "22:00",
    to: "07:00",
  });
  return (
    <div>
      <div class="flex items-start gap-4">
        <div class="grow">
          <h3 id="quiet-title" class="font-semibold">{p.quiet}</h3>
          <p id="quiet-text" class="text-sm text-muted text-pretty">{p.quietText}</p>
        </div>
        <Switch
          label={p.quiet}
          describedBy="quiet-text"
          on={hours !== null}
          onChange={(on) => set(on ? last.peek() ?? fresh() : null)}
        />
      </div>
      {hours && (
        <div class="fade mt-4 flex flex-col gap-5">
          <Days hours={hours} names={dayNames(format.locale)} onChange={set} />
          <div class="flex flex-wrap gap-4">
            <Time
              id="quiet-from"
              label={p.from}
              value={hours.from}
              onChange={(from) => set({ ...hours, from })}
            />
            <Time
              id="quiet-to"
              label={p.to}
              value={hours.to}
              onChange={(to) => set({ ...hours, to })}
              hint={hours.from === hours.to ? p.wholeDay : hours.from > hours.to ? p.nextDay : null}
            />
            <Zone hours={hours} onChange={(timeZone) => set({ ...hours, timeZone })} />
          </div>
        </div>
      )}
    </div>
  );
}

/** The last one can't be taken away: without a day there are no quiet hours, which is the switch. */
function Days(
  { hours, names, onChange }: {
    hours: QuietHours;
    names: { short: string; long: string }[];
    onChange: (hours: QuietHours) => void;
  },
) {
  const { notify: p } = usePageWords();
  const only = hours.days.length === 1;
  return (
    <fieldset>
      <legend class="mb-1.5 text-sm font-medium">{p.days}</legend>
      <div class="grid max-w-md grid-cols-7 gap-1.5">
        {week.map((day) => {
          const on = hours.days.includes(day);
          return (
            <label
              key={day}
              class="relative grid min-h-11 place-items-center rounded-control border border-control
                text-sm font-medium text-muted transition-colors hover:text-text
                has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent
                has-focus-visible:outline-2 has-focus-visible:outline-offset-2
                has-focus-visible:outline-accent pane:min-h-9"
            >
              <input
                type="checkbox"
                class="hidden-visually"
                aria-label={names[day]?.long}
                aria-describedby={only && on ? "quiet-one-day" : undefined}
                aria-disabled={only && on ? "true" : undefined}
                checked={on}
                onClick={(event) => {
                  if (only && on) event.preventDefault();
                }}
                onChange={() =>
                  onChange({
                    ...hours,
                    days: week.filter((one) => one === day ? !on : hours.days.includes(one)),
                  })}
              />
              <span aria-hidden="true">{names[day]?.short}</span>
            </label>
          );
        })}
      </div>
      {only && <p id="quiet-one-day" class="mt-1.5 text-sm text-muted">{p.oneDay}</p>}
    </fieldset>
  );
}

function Time(
  { id, label, value, hint = null, onChange }: {
    id: string;
    label: string;
    value: string;
    hint?: string | null;
    onChange: (value: string) => void;
  },
) {
  return (
    <div class="flex w-32 flex-col gap-1.5">
      <label for={id} class="text-sm font-medium">{label}</label>
      <input
        id={id}
        type="time"
        required
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        class={inputClass}
        onChange={({ currentTarget }) => {
          // Half a time is no time: what was chosen stays, and is shown again.
          if (currentTarget.value === "") currentTarget.value = value;
          else onChange(currentTarget.value.slice(0, 5));
        }}
      />
      {hint && <span id={`${id}-hint`} class="text-sm text-muted">{hint}</span>}
    </div>
  );
}

/** The names of all zones come with the script: the first HTML has the one that is chosen. */
function Zone({ hours, onChange }: { hours: QuietHours; onChange: (timeZone: string) => void }) {
  const { notify: p } = usePageWords();
  const names = useSignal<readonly string[]>([hours.timeZone]);
  const own = useSignal(hours.timeZone);
  useEffect(() => {
    own.value = ownTimeZone();
    names.value = allTimeZones(hours.timeZone, own.value);
  }, [hours.timeZone]);
  return (
    <div class="flex min-w-56 grow flex-col gap-1.5">
      <label for="quiet-zone" class="text-sm font-medium">{p.zone}</label>
      <select
        id="quiet-zone"
        class={selectClass}
        value={hours.timeZone}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {names.value.map((name) => (
          <option key={name} value={name} selected={name === hours.timeZone}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
      {own.value !== hours.timeZone && (
        <p class="flex flex-wrap items-center gap-x-2 text-sm text-muted">
          {p.zoneDiffers}
          <Button
            kind="quiet"
            size="sm"
            class="-ms-3 whitespace-normal!"
            onClick={() => onChange(own.peek())}
          >
            {p.zoneUse(own.value.replaceAll("_", " "))}
          </Button>
        </p>
      )}
    </div>
  );
}
