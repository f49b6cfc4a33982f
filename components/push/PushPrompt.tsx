import type { PushModel } from "../../lib/client/types.ts";
import { bellRing } from "../icon_nodes.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useView } from "../ui/view.tsx";

/** The page's own question, before the browser's (P26): only when it is worth asking. */
export function PushPrompt({ model }: { model: PushModel }) {
  const { t } = useView();
  if (!model.suggest.value) return null;
  return (
    <section
      aria-label={t.push.title}
      class="fade m-3 mt-0 rounded-card border border-line bg-raised p-4 shadow-card"
    >
      <p class="flex gap-3 font-medium">
        <span class="text-accent">
          <Icon of={bellRing} />
        </span>
        {t.push.ask}
      </p>
      <p class="mt-1 ps-8 text-sm text-muted">{t.push.askText}</p>
      <div class="mt-3 flex gap-2 ps-8">
        <Button size="sm" onClick={() => model.enable()}>{t.push.enable}</Button>
        <Button size="sm" kind="quiet" onClick={() => model.dismiss()}>{t.push.later}</Button>
      </div>
    </section>
  );
}
