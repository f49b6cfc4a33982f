import { h } from "preact";
import type { IconNode } from "../icon_nodes.ts";

/**
 * A drawing beside a word, or inside something that has a name: assistive technology skips it.
 * `flip` mirrors it in right-to-left pages (arrows).
 */
export function Icon(
  { of, size = 20, flip = false, class: extra = "" }: {
    of: IconNode;
    /** CSS pixels. */
    size?: number;
    flip?: boolean;
    class?: string;
  },
) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={size < 18 ? 2.25 : 1.9}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      class={`shrink-0 ${flip ? "rtl:-scale-x-100" : ""} ${extra}`}
    >
      {of.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
