import type { ConversationModel } from "../../lib/client/types.ts";
import { isolate } from "../../lib/shared/i18n/format.ts";
import { Avatar, RoomAvatar } from "../ui/Avatar.tsx";
import { useView } from "../ui/view.tsx";
import { conversationName } from "./conversation_names.ts";
import { TypingDots } from "./TypingLine.tsx";

/** Above the first message: where it begins, or that older ones are on the way. */
export function LogBeginning(
  { conversation, name }: { conversation: ConversationModel; name: string },
) {
  const { t } = useView();
  const row = conversation.row.value;
  if (conversation.hasOlder.value) {
    return (
      <div class="flex h-16 items-center justify-center gap-1.5 text-muted">
        {conversation.loading.value === "older" && (
          <span role="status" class="flex items-center gap-1.5">
            <span class="hidden-visually">{t.chat.loadingOlder}</span>
            <TypingDots />
          </span>
        )}
      </div>
    );
  }
  if (conversation.messages.value.length === 0) return <Hello conversation={conversation} />;
  return (
    <p class="px-4 pt-8 pb-2 text-center text-sm text-muted text-balance wrap-anywhere">
      {row.kind === "room" ? t.chat.beginningRoom(isolate(name)) : t.chat.beginning(isolate(name))}
    </p>
  );
}

/** Before the first message. */
function Hello({ conversation }: { conversation: ConversationModel }) {
  const { t } = useView();
  const row = conversation.row.value;
  const name = isolate(conversationName(row));
  return (
    <div class="flex flex-col items-center px-6 py-10 text-center">
      {row.partner
        ? <Avatar person={row.partner} size="xl" />
        : <RoomAvatar id={row.id} size="xl" />}
      <h2 class="mt-4 max-w-full text-lg font-semibold text-balance wrap-anywhere">
        {row.partner ? t.chat.helloTitle(name) : t.chat.helloRoom(name)}
      </h2>
      <p class="mt-1 text-muted text-pretty">
        {row.partner ? t.chat.helloText : t.chat.helloRoomText}
      </p>
    </div>
  );
}
