import { isForEver } from "../../lib/shared/mute.ts";
import { aheadTime } from "../../lib/shared/i18n/ahead.ts";
import { fullTime, isolate } from "../../lib/shared/i18n/format.ts";
import type { Preferences } from "../../lib/shared/preferences_schema.ts";
import { bellOff } from "../icon_nodes.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { usePageWords } from "../ui/page_words.ts";
import { useView } from "../ui/view.tsx";

/** Conversations that are muted, until when, and the way back. */
export function MutedList(
  { muted, nameOf, now, onUnmute }: {
    muted: Preferences["mutedConversations"];
    nameOf: (conversationId: string) => string;
    now: number;
    onUnmute: (conversationId: string) => void;
  },
) {
  const { notify: p } = usePageWords();
  const { format } = useView();
  return (
    <div>
      <h3 class="font-semibold">{p.muted}</h3>
      {muted.length === 0
        ? <p class="text-sm text-muted">{p.mutedNone}</p>
        : (
          <ul class="divide-y divide-line">
            {muted.map(({ conversationId, until }) => {
              const at = Date.parse(until);
              const name = nameOf(conversationId);
              return (
                <li key={conversationId} class="flex items-center gap-4 py-2.5">
                  <span class="text-muted">
                    <Icon of={bellOff} />
                  </span>
                  <div class="min-w-0 grow">
                    <a
                      href={`/chat/${encodeURIComponent(conversationId)}`}
                      class="font-medium wrap-anywhere underline-offset-2 hover:underline"
                    >
                      <bdi>{name}</bdi>
                    </a>
                    <p class="text-sm text-muted">
                      {isForEver(until)
                        ? p.mutedForEver
                        : (
                          <time dateTime={until} title={fullTime(format, at)}>
                            {p.mutedUntil(aheadTime(format, at, now))}
                          </time>
                        )}
                    </p>
                  </div>
                  <Button
                    kind="secondary"
                    size="sm"
                    aria-label={p.unmuteOf(isolate(name))}
                    onClick={() => onUnmute(conversationId)}
                  >
                    {p.unmute}
                  </Button>
                </li>
              );
            })}
          </ul>
        )}
    </div>
  );
}
