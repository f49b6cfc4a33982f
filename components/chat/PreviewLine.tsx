import { isolate } from "../../lib/shared/i18n/format.ts";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { givenName } from "../ui/initials.ts";
import { useView } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";

/** The second line of a row: what happened last, or what is happening. */
export function PreviewLine(
  { app, conversation }: { app: AppModel; conversation: ConversationModel },
) {
  const { t } = useView();
  const preview = conversation.preview.value;
  const room = conversation.row.value.kind === "room";
  switch (preview.kind) {
    case "failed":
      return <span class="font-medium text-danger">{t.list.notSent}</span>;
    case "typing": {
      const [first] = preview.userIds;
      const name = first === undefined ? null : app.people.get(first)?.name ?? null;
      return (
        <span class="text-accent">
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
          <span class="text-warn">{t.list.draft}</span> <bdi>{preview.text.slice(0, 200)}</bdi>
        </>
      );
    case "sending":
      return (
        <>
          {t.list.you} <bdi>{preview.text.slice(0, 200)}</bdi>
        </>
      );
    case "message": {
      const { message } = preview;
      const own = message.senderId === app.me.value?.id;
      return (
        <>
          {own ? `${t.list.you} ` : room && (
            <>
              <bdi>{givenName(message.sender.name)}</bdi>:{" "}
            </>
          )}
          <bdi>{oneLine(message, t)}</bdi>
        </>
      );
    }
    case "empty":
      return <>{t.list.noMessages}</>;
  }
}
