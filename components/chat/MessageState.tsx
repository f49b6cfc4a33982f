import type { SendState } from "../../lib/client/types.ts";
import { check, checkCheck, clock, type IconNode, warning } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { useView } from "../ui/view.tsx";

const icons: Record<SendState, IconNode> = {
  sending: clock,
  sent: check,
  delivered: checkCheck,
  read: checkCheck,
  failed: warning,
};

/** What has become of an own message: an icon with its word, which is shown for "read" and "failed". */
export function MessageState({ state }: { state: SendState }) {
  const { t } = useView();
  const colour = state === "failed" ? "text-danger" : state === "read" ? "text-accent" : "";
  return (
    <span class={`inline-flex items-center gap-1 ${colour}`}>
      <Icon of={icons[state]} size={14} />
      <span class={state === "failed" ? "font-medium" : "hidden-visually"}>
        {t.message[state]}
      </span>
    </span>
  );
}
