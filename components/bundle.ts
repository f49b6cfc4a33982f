/**
 * What the app's islands are made of, in one place. Each of them imports this module, so that the
 * build puts it all into one chunk: some thirty small ones, for each set of islands that happen to
 * share something, compress worse by a tenth and are thirty requests. Parts that are loaded later import
 * it for the same reason.
 */
import "./chat/ComposerBox.tsx";
import "./chat/ConversationHeader.tsx";
import "./chat/ConversationRow.tsx";
import "./chat/LogSkeleton.tsx";
import "./chat/MessageLog.tsx";
import "./chat/SearchBox.tsx";
import "./push/PushPrompt.tsx";
import "./ui/Button.tsx";
import "./ui/EmptyState.tsx";
import "./ui/Skeleton.tsx";
import "./ui/Tabs.tsx";
import "./ui/TimeText.tsx";
