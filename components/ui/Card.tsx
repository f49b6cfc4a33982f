import type { ComponentChildren } from "preact";

/** A titled part of a page. */
export function Card(
  { id, title, text, children }: {
    id: string;
    title: string;
    text?: string;
    children: ComponentChildren;
  },
) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      class="scroll-mt-6 rounded-card border border-line bg-surface p-5 shadow-card pane:p-6"
    >
      <h2 id={`${id}-title`} class="text-lg font-semibold">{title}</h2>
      {text && <p class="mt-0.5 text-muted">{text}</p>}
      <div class="mt-5">{children}</div>
    </section>
  );
}

/** Something went wrong here: what, what is safe, what to do. */
export function Notice(
  { kind, children }: { kind: "info" | "danger" | "ok"; children: ComponentChildren },
) {
  const look = {
    info: "bg-accent-soft text-text",
    danger: "bg-danger-soft text-danger",
    ok: "bg-ok-soft text-ok",
  }[kind];
  return (
    <div role={kind === "danger" ? "alert" : "status"} class={`rounded-control px-4 py-3 ${look}`}>
      {children}
    </div>
  );
}
