import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { isolate } from "../../lib/shared/i18n/format.ts";
import { useView } from "../ui/view.tsx";

/** Three dots that breathe: somebody or something is at work. */
export function TypingDots() {
  return (
    <span class="flex gap-1" aria-hidden="true">
      <span class="typing-dot" />
      <span class="typing-dot" />
      <span class="typing-dot" />
    </span>
  );
}

/** A line that is always there, so that nothing moves when somebody begins to type. */
export function TypingLine(
  { app, conversation }: { app: AppModel; conversation: ConversationModel },
) {
  const { t } = useView();
  const names = conversation.typing.value.map((id) =>
    app.people.get(id)?.name ?? conversation.row.value.partner?.name ?? ""
  ).filter((name) => name !== "").map(isolate);
  const [one, two] = names;
  return (
    <div class="flex h-7 items-center gap-2 px-1 text-sm text-muted" aria-live="off">
      {one !== undefined && (
        <>
          <TypingDots />
          <span class="truncate">
            {names.length > 2
              ? t.chat.typingMany(names.length)
              : two !== undefined
              ? t.chat.typingTwo(one, two)
              : t.chat.typing(one)}
          </span>
        </>
      )}
    </div>
  );
}
