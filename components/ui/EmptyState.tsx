import type { ComponentChildren } from "preact";
import type { IconNode } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";

/** What stands where there is nothing: why, and what to do. */
export function EmptyState(
  { icon, title, text, children, level = 2 }: {
    icon: IconNode;
    title: ComponentChildren;
    text: ComponentChildren;
    /** The button that helps. */
    children?: ComponentChildren;
    level?: 1 | 2 | 3;
  },
) {
  const Heading = `h${level}` as const;
  return (
    <div class="mx-auto flex max-w-sm flex-col items-center px-6 py-10 text-center">
      <span class="mb-4 grid size-14 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon of={icon} size={26} />
      </span>
      <Heading class="text-lg font-semibold text-balance">{title}</Heading>
      <p class="mt-1 text-muted text-pretty">{text}</p>
      {children && <div class="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
