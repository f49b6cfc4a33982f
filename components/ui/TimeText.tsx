import { clockTime, fullTime, listTime, relativeTime } from "../../lib/shared/i18n/format.ts";
import { useView } from "./view.tsx";

/**
 * A time in words, with the full date as its title. `clock` is "14:05", `list` gets coarser with
 * age, `relative` is "3 min ago" and follows `now` (ms).
 */
export function TimeText(
  { at, now, as, class: extra = "" }: {
    /** ISO 8601. */
    at: string;
    now: number;
    as: "clock" | "list" | "relative";
    class?: string;
  },
) {
  const { format } = useView();
  const ms = Date.parse(at);
  const text = as === "clock"
    ? clockTime(format, ms)
    : as === "list"
    ? listTime(format, ms, now)
    : relativeTime(format, ms, now);
  return <time dateTime={at} title={fullTime(format, ms)} class={extra}>{text}</time>;
}
