import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import type { IconNode } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";

/** Where the tooltip stands. */
export type TipSide = "top" | "bottom" | "end";

/** A tooltip: shown on hover and keyboard focus of the element that it is a child of. */
export function Tip(
  { text, side = "bottom", align }: { text: string; side?: TipSide; align?: "end" },
) {
  return <span class="tip" data-side={side} data-align={align} aria-hidden="true">{text}</span>;
}

/** A button that is an icon, with a name for everybody: `label` is its tooltip as well. */
export function IconButton(
  { icon, label, size = 20, side, align, flip, class: extra = "", children, ...rest }:
    & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "label">
    & {
      icon: IconNode;
      label: string;
      size?: number;
      side?: TipSide;
      align?: "end";
      flip?: boolean;
      class?: string;
      children?: ComponentChildren;
    },
) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      class={`relative inline-grid size-11 shrink-0 place-items-center rounded-control text-muted
        transition-colors hover:bg-hover hover:text-text pane:size-9 ${extra}`}
    >
      <Icon of={icon} size={size} flip={flip} />
      {children}
      <Tip text={label} side={side} align={align} />
    </button>
  );
}
