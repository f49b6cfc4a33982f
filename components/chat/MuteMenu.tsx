import "../bundle.ts";
import { aheadTime } from "../../lib/shared/i18n/ahead.ts";
import { clockTime } from "../../lib/shared/i18n/format.ts";
import { FOR_EVER, isForEver } from "../../lib/shared/mute.ts";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { bell, bellOff, clock } from "../icon_nodes.ts";
import { ActionMenu } from "../ui/ActionMenu.tsx";
import { inHours, tomorrowMorning } from "../ui/moments.ts";
import { useDialogWords } from "../ui/dialog_words.ts";
import { useView } from "../ui/view.tsx";

/**
 * Mutes a conversation for a time, or ends that. What has become of it comes back as a frame, here as
 * on every other device.
 */
export function MuteMenu(
  { app, conversation, x, y, onClose }: {
    app: AppModel;
    conversation: ConversationModel;
    x: number;
    y: number;
    onClose: () => void;
  },
) {
  const { format } = useView();
  const { mute: d } = useDialogWords();
  const { id, muted, mutedUntil } = conversation.row.value;
  const now = Date.now();
  const set = (until: number | string | null) => () => {
    const end = typeof until === "number" ? new Date(until).toISOString() : until;
    app.api.changePreferences({ mutedConversations: [{ conversationId: id, until: end }] })
      .catch(() => app.toasts.show({ kind: "text", text: d.failed }));
  };
  const until = (at: number) => aheadTime(format, at, now);
  const morning = tomorrowMorning(now);
  return (
    <ActionMenu
      label={d.title}
      x={x}
      y={y}
      onClose={onClose}
      items={[
        ...(muted ? [{ icon: bell, label: d.unmute, act: set(null) }] : []),
        {
          icon: clock,
          label: d.hour,
          hint: until(inHours(now, 1)),
          act: set(inHours(now, 1)),
        },
        {
          icon: clock,
          label: d.hours,
          hint: until(inHours(now, 8)),
          act: set(inHours(now, 8)),
        },
        { icon: clock, label: d.morning, hint: clockTime(format, morning), act: set(morning) },
        { icon: bellOff, label: d.forEver, act: set(FOR_EVER) },
      ]}
    >
      {muted && mutedUntil
        ? <p>{isForEver(mutedUntil) ? d.nowForEver : d.now(until(Date.parse(mutedUntil)))}</p>
        : <p>{d.text}</p>}
    </ActionMenu>
  );
}
