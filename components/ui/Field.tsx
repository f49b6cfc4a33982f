import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { warning } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";

/** The classes of a text input. */
export const inputClass =
  "min-h-11 w-full rounded-control border border-control bg-raised px-3 text-base text-text " +
  "transition-colors hover:border-muted aria-invalid:border-danger disabled:opacity-60 " +
  "read-only:border-line read-only:bg-bg read-only:text-muted pane:min-h-10";

/** The classes of a list to choose from. To browsers it is never written to, so not the same. */
export const selectClass =
  "min-h-11 w-full rounded-control border border-control bg-raised px-3 text-base text-text " +
  "transition-colors hover:border-muted pane:min-h-10";

/** What is wrong, in words, beside what it is about. */
export function FieldError({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <p id={id} class="flex items-start gap-1.5 text-sm text-danger">
      <Icon of={warning} size={16} class="mt-px" />
      <span>{children}</span>
    </p>
  );
}

/** A labelled input with a hint and, when it is wrong, what is wrong. `id` must be the page's only one. */
export function Field(
  { id, label, hint, error, trailing, ...input }:
    & Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "label">
    & {
      id: string;
      label: string;
      hint?: string;
      error?: string | null;
      /** Stands inside, at the end. */
      trailing?: ComponentChildren;
    },
) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="flex flex-col gap-1.5">
      <div class="flex flex-wrap items-baseline justify-between gap-x-3">
        <label for={id} class="text-sm font-medium">{label}</label>
        {hint && <span id={`${id}-hint`} class="text-sm text-muted">{hint}</span>}
      </div>
      <div class="relative">
        <input
          {...input}
          id={id}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={described || undefined}
          class={`${inputClass} ${trailing ? "pe-12" : ""}`}
        />
        {trailing && <div class="absolute inset-y-0 end-0.5 flex items-center">{trailing}</div>}
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}
