import "../components/bundle.ts";
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import { circleCheck, cloudOff } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { Icon } from "../components/ui/Icon.tsx";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** Says when the connection is away for more than a moment; leads to the sign-in page when it ends. */
export default function ConnectionBanner({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  useSignalEffect(() => {
    const state = app.connection.state.value;
    if (state.kind !== "signed_out") return;
    const query = new URLSearchParams({ reason: state.reason });
    if (state.reason === "ended") query.set("next", state.returnTo);
    location.assign(`/sign-in?${query}`);
  });
  return (
    <ViewProvider settings={settings}>
      <Banner app={app} />
    </ViewProvider>
  );
}

function Banner({ app }: { app: AppModel }) {
  const { t } = useView();
  const banner = app.connection.banner.value;
  return (
    <div class="banner" role="status">
      {banner.kind === "reconnecting" && (
        <div class="fade flex max-w-full items-center gap-2 rounded-card border border-line bg-raised py-1
          ps-3.5 pe-1.5 text-sm shadow-float">
          <Icon of={cloudOff} size={18} class="text-warn" />
          <span class="py-1.5">
            {banner.offline ? t.connection.offline : t.connection.reconnecting}
          </span>
          <button
            type="button"
            class="min-h-11 shrink-0 rounded-control px-2.5 font-semibold text-accent hover:bg-hover
              pane:min-h-8"
            onClick={() => app.connection.retryNow()}
          >
            {t.connection.now}
          </button>
        </div>
      )}
      {banner.kind === "back" && (
        <div class="fade flex items-center gap-2 rounded-card border border-line bg-raised px-3.5 py-2
          text-sm shadow-float">
          <Icon of={circleCheck} size={18} class="text-ok" />
          {t.connection.back}
        </div>
      )}
    </div>
  );
}
