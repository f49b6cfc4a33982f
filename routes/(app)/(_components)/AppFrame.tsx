import type { ComponentChildren } from "preact";
import type { PageState } from "../../../lib/http/page_state.ts";
import { Frame, type FramePlace } from "../../../components/frame/Frame.tsx";
import { ViewProvider } from "../../../components/ui/view.tsx";
import Bell from "../../../islands/Bell.tsx";
import ChatLink from "../../../islands/ChatLink.tsx";
import ConnectionBanner from "../../../islands/ConnectionBanner.tsx";
import Toasts from "../../../islands/Toasts.tsx";

/** The frame of every page for somebody who is signed in. */
export function AppFrame(
  { page, here, children }: { page: PageState; here: FramePlace; children: ComponentChildren },
) {
  const { initial, settings } = page;
  const both = { initial, settings };
  return (
    <ViewProvider settings={settings}>
      <Frame
        appName={initial.appName}
        me={initial.me}
        here={here}
        chatLink={<ChatLink {...both} here={here === "chat"} />}
        bell={<Bell {...both} here={here === "notifications"} />}
        banner={<ConnectionBanner {...both} />}
        toasts={<Toasts {...both} />}
      >
        {children}
      </Frame>
    </ViewProvider>
  );
}
