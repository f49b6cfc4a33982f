import type { PageState } from "../../../lib/http/page_state.ts";
import { buttonClass } from "../../../components/ui/Button.tsx";
import ChatWindow from "../../../islands/ChatWindow.tsx";
import Composer from "../../../islands/Composer.tsx";
import ConversationList from "../../../islands/ConversationList.tsx";
import DemoBar from "../../../islands/DemoBar.tsx";
import { pageCatalogue } from "../../../lib/shared/i18n/pages.ts";
import { AppFrame } from "./AppFrame.tsx";

/** List and conversation, side by side or one of them. */
export function ChatPage({ page }: { page: PageState }) {
  const { initial, settings } = page;
  return (
    <AppFrame page={page} here="chat">
      <div class="chat-page">
        <div class="list-pane">
          <ConversationList initial={initial} settings={settings} />
          {page.demo && (
            <DemoBar
              words={pageCatalogue(settings.locale).demo}
              buttonClass={buttonClass("secondary", "sm")}
            />
          )}
        </div>
        <div class="conversation-pane">
          <ChatWindow initial={initial} settings={settings} />
          <Composer initial={initial} settings={settings} />
        </div>
      </div>
    </AppFrame>
  );
}
