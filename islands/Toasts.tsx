import "../components/bundle.ts";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel, Toast } from "../lib/client/types.ts";
import type { IslandProps } from "../components/island_props.ts";
import { useLater } from "../components/ui/use_later.ts";
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
  // Most pages are left before there is one.
  const later = useLater(
    toasts.items.value.length > 0,
    () => import("../components/toasts/ToastCard.tsx"),
  );
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
        {later.kind === "ready"
          ? toasts.items.value.map((toast: Toast) => (
            <li key={toast.id}>
              <later.part.ToastCard app={app} toast={toast} />
            </li>
          ))
          : later.kind === "failed" && toasts.items.value.map((toast) => (
            // The server is away, and with it what draws them: the words are here.
            <li
              key={toast.id}
              class="rounded-card border border-line bg-raised px-4 py-3 text-sm shadow-float"
            >
              {toast.kind === "failure"
                ? t.toasts.failure[toast.what]
                : toast.kind === "text"
                ? toast.text
                : t.connection.reconnecting}
            </li>
          ))}
      </ol>
    </section>
  );
}
