import { useSignal } from "@preact/signals";

/** Words and looks come along: they are for few, and stay out of what everybody loads. */
export interface DemoBarProps {
  buttonClass: string;
  words: { title: string; text: string; grade: string; failed: string };
}

/** In the demo only: what a learning platform would do, at the press of a button. */
export default function DemoBar({ words, buttonClass }: DemoBarProps) {
  const state = useSignal<"idle" | "grading" | "failed">("idle");

  async function grade(event: Event): Promise<void> {
    event.preventDefault();
    if (state.value === "grading") return;
    state.value = "grading";
    const response = await fetch("/demo/grade", { method: "POST" }).catch(() => null);
    state.value = response?.ok ? "idle" : "failed";
  }

  return (
    <form
      method="post"
      action="/demo/grade"
      onSubmit={grade}
      aria-label={words.title}
      class="m-3 mt-0 shrink-0 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div class="flex items-center gap-3">
        <p class="min-w-0 grow text-sm font-semibold">{words.title}</p>
        <button
          type="submit"
          aria-disabled={`${state.value === "grading"}`}
          class={`${buttonClass} shrink-0`}
        >
          {words.grade}
        </button>
      </div>
      <p class="mt-2 text-xs text-muted">{words.text}</p>
      <p role="status" class="text-sm text-danger">
        {state.value === "failed" && <span class="mt-2 block">{words.failed}</span>}
      </p>
    </form>
  );
}
