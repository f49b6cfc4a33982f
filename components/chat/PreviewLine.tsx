import { isolate } from "../../lib/shared/i18n/format.ts";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { givenName } from "../ui/initials.ts";
import { useView } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";

/**
 * The second line of a row, in a flex box: what happened last, or what is happening. What people wrote
 * is cut off where it ends, whichever way it runs.
 */
export function PreviewLine(
  { app, conversation }: { app: AppModel; conversation: ConversationModel },
) {
  const { t } = useView();
  const preview = conversation.preview.value;
  const room = conversation.row.value.kind === "room";
  switch (preview.kind) {
    case "failed":
      return <span class="truncate font-medium text-danger">{t.list.notSent}</span>;
    case "typing": {
      const [first] = preview.userIds;
      const name = first === undefined ? null : app.people.get(first)?.name ?? null;
      return (
        <span class="truncate text-accent">
          {!room || name === null
            ? t.list.typing
            : preview.userIds.length > 1
            ? t.list.typingMany(preview.userIds.length)
            : t.list.typingNamed(isolate(name))}
        </span>
      );
    }
    case "draft":
      return (
        <>
          <span class="shrink-0 text-warn">{t.list.draft}</span>{" "}
          <bdi class="truncate">{preview.text.slice(0, 200)}</bdi>
        </>
      );
    case "sending":
      return (
        <>
          <span class="shrink-0">{t.list.you}</span>{" "}
          <bdi class="truncate">{preview.text.slice(0, 200)}</bdi>
        </>
      );
    case "message": {
      const { message } = preview;
      const own = message.senderId === app.me.value?.id;
      return (
        <>
          {(own || room) && (
            <span class="max-w-1/2 shrink-0 truncate">
              {own ? t.list.you : (
                <>
                  <bdi>{givenName(message.sender.name)}</bdi>:
                </>
              )}
            </span>
          )} <bdi class="truncate">{oneLine(message, t)}</bdi>
        </>
      );
    }
    case "empty":
      return <span class="truncate">{t.list.noMessages}</span>;
  }
}
