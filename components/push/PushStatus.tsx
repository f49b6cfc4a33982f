import { useSignal } from "@preact/signals";
import type { PushState } from "../../lib/client/types.ts";
import type { PageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { bell, bellOff, bellRing, type IconNode, phone, warning } from "../icon_nodes.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { usePageWords } from "../ui/page_words.ts";

interface Look {
  icon: IconNode;
  colours: string;
  title: string;
  text: string;
  action: "enable" | "disable" | null;
}

const quiet = "bg-hover text-muted";

function lookOf(state: PushState, { push: p }: PageCatalogue): Look {
  switch (state.kind) {
    case "unknown":
      return { icon: bell, colours: quiet, title: p.unknown, text: p.text, action: null };
    case "unsupported":
      return {
        icon: bellOff,
        colours: quiet,
        title: p.unsupported,
        text: p.unsupportedText,
        action: null,
      };
    case "needs_install":
      return {
        icon: phone,
        colours: "bg-warn-soft text-warn",
        title: p.install,
        text: p.installText,
        action: null,
      };
    case "off":
      return { icon: bellOff, colours: quiet, title: p.off, text: p.offText, action: "enable" };
    case "asking":
      return {
        icon: bellRing,
        colours: "bg-accent-soft text-accent",
        title: p.asking,
        text: p.askingText,
        action: null,
      };
    case "on":
      return {
        icon: bellRing,
        colours: "bg-ok-soft text-ok",
        title: p.on,
        text: p.onText,
        action: "disable",
      };
    case "denied":
      return {
        icon: bellOff,
        colours: "bg-danger-soft text-danger",
        title: p.denied,
        text: p.deniedText,
        action: null,
      };
    case "needs_resubscribe":
      return {
        icon: warning,
        colours: "bg-warn-soft text-warn",
        title: p.again,
        text: p.againText,
        action: "enable",
      };
    case "failed":
      return {
        icon: warning,
        colours: "bg-danger-soft text-danger",
        title: p.failed,
        text: p.failedText,
        action: "enable",
      };
  }
}

/** What push is on this device, why, and what can be done about it (P26). */
export function PushStatus(
  { state, onEnable, onDisable, onTest }: {
    state: PushState;
    onEnable: () => void;
    onDisable: () => void;
    onTest: () => Promise<void>;
  },
) {
  const p = usePageWords();
  const testing = useSignal(false);
  const look = lookOf(state, p);
  return (
    <div
      // Tall enough for the longest state and filled from the top: finding out which one moves nothing.
      class="flex min-h-36 flex-wrap content-start items-start gap-x-4 gap-y-3 rounded-card border border-line bg-bg p-4 pane:min-h-24"
      data-push={state.kind}
    >
      <span class={`grid size-10 shrink-0 place-items-center rounded-full ${look.colours}`}>
        <Icon of={look.icon} />
      </span>
      <div class="min-w-48 flex-1" role="status">
        <p class="font-medium">{look.title}</p>
        <p class="text-sm text-muted text-pretty">{look.text}</p>
      </div>
      {look.action === "enable" && <Button onClick={onEnable}>{p.push.enable}</Button>}
      {look.action === "disable" && (
        <div class="flex gap-2">
          <Button
            kind="secondary"
            aria-disabled={`${testing.value}`}
            onClick={async () => {
              if (testing.value) return;
              testing.value = true;
              await onTest();
              testing.value = false;
            }}
          >
            {testing.value ? p.push.testing : p.push.test}
          </Button>
          <Button kind="quiet" onClick={onDisable}>{p.push.disable}</Button>
        </div>
      )}
    </div>
  );
}
