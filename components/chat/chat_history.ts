/** Keeps the address and the conversation that is shown in step. Browser only. */
import { effect } from "@preact/signals";
import type { ChatModel } from "../../lib/client/types.ts";
import { conversationIdOf, conversationPath } from "./conversation_names.ts";

/** Marks entries that were reached from the list: going back then leads there. */
interface Entry {
  fromList?: boolean;
}

/** True for a press that should do what links do by themselves: a new tab, a download. */
export function isModified(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

/** Shows what was opened in the address, as a new entry. */
export function pushConversation(id: string): void {
  const path = conversationPath(id);
  if (location.pathname === path) return;
  const entry: Entry = { fromList: conversationIdOf(location.pathname) === null };
  history.pushState(entry, "", path);
}

/** Leaves the conversation for the list: one step back where that is where one came from. */
export function leaveConversation(chat: ChatModel): void {
  if ((history.state as Entry | null)?.fromList) {
    history.back();
    return;
  }
  chat.close();
  history.replaceState(null, "", "/chat");
}

/**
 * Follows the browser's back and forward, and gives a conversation its real id in the address once
 * it has one (before the first message it is the partner's). Call what it returns to stop.
 */
export function followHistory(chat: ChatModel): () => void {
  const onPop = () => {
    const id = conversationIdOf(location.pathname);
    if (id === null) chat.close();
    else if (chat.current.peek()?.row.peek().id !== id) chat.open(id);
  };
  addEventListener("popstate", onPop);
  const stop = effect(() => {
    const id = chat.current.value?.row.value.id;
    if (id === undefined || conversationIdOf(location.pathname) === null) return;
    const path = conversationPath(id);
    if (location.pathname !== path) history.replaceState(history.state, "", path + location.search);
  });
  return () => {
    removeEventListener("popstate", onPop);
    stop();
  };
}
