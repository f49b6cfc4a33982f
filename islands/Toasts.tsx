import "../components/bundle.ts";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel, Toast } from "../lib/client/types.ts";
import { ToastCard } from "../components/toasts/ToastCard.tsx";
import type { IslandProps } from "../components/island_props.ts";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** What has just happened elsewhere: three at most, and none goes while one looks at them. */
export default function Toasts({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Stack app={app} />
    </ViewProvider>
  );
}

function Stack({ app }: { app: AppModel }) {
  const { t } = useView();
  const { toasts } = app;
  const pause = () => toasts.paused.value = true;
  const go = () => toasts.paused.value = false;
  return (
    <section aria-label={t.toasts.label} class="toasts">
      <ol
        aria-live="polite"
        class="flex flex-col gap-2"
        onPointerEnter={pause}
        onPointerLeave={go}
        onFocusIn={pause}
        onFocusOut={go}
      >
        {toasts.items.value.map((toast: Toast) => (
          <li key={toast.id}>
            <ToastCard app={app} toast={toast} />
          </li>
        ))}
      </ol>
    </section>
  );
}
