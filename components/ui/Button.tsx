import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import type { IconNode } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

const kinds: Record<ButtonKind, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border-control bg-raised text-text hover:bg-hover",
  quiet: "border-transparent text-text hover:bg-hover",
  danger: "border-danger text-danger hover:bg-danger-soft",
};
const sizes = {
  md: "min-h-11 px-4 text-base pane:min-h-10",
  sm: "min-h-11 px-3 text-sm pane:min-h-8",
};

/** The classes of a button, for links that look like one. */
export function buttonClass(kind: ButtonKind = "primary", size: "md" | "sm" = "md"): string {
  return `inline-flex items-center justify-center gap-2 rounded-control border font-medium whitespace-nowrap select-none
    transition-colors disabled:opacity-60 ${kinds[kind]} ${sizes[size]}`.replace(/\s+/g, " ");
}

/** A button; `type` is "button" unless it is told otherwise. 44 px high on a phone. */
export function Button(
  { kind, size, icon, children, class: extra = "", ...rest }:
    & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon">
    & {
      kind?: ButtonKind;
      size?: "md" | "sm";
      icon?: IconNode;
      children: ComponentChildren;
      class?: string;
    },
) {
  return (
    <button type="button" {...rest} class={`${buttonClass(kind, size)} ${extra}`}>
      {icon && <Icon of={icon} size={size === "sm" ? 16 : 18} />}
      {children}
    </button>
  );
}
