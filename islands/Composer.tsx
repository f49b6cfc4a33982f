import "../components/bundle.ts";
import { useEffect, useRef } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel, ConversationModel } from "../lib/client/types.ts";
import { ComposerBox } from "../components/chat/ComposerBox.tsx";
import type { IslandProps } from "../components/island_props.ts";
import { ViewProvider } from "../components/ui/view.tsx";

/** Where one writes; nothing without a conversation. */
export default function Composer({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Current app={app} />
    </ViewProvider>
  );
}

function Current({ app }: { app: AppModel }) {
  const conversation = app.chat.current.value;
  const drawn = useRef<ConversationModel | null>(conversation);
  const wasDrawn = drawn.current === conversation;
  if (!wasDrawn) drawn.current = null;
  if (!conversation) return null;
  const status = conversation.status.value;
  if (status.kind === "failed" && status.failure.code === "not_found") return null;
  return (
    <ComposerBox
      key={conversation.key}
      app={app}
      conversation={conversation}
      // Opening a conversation leads to writing; loading a page leaves the focus alone.
      takeFocus={!wasDrawn}
    />
  );
}
