/** What the search finds, in the order in which it is shown. */
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { pushConversation } from "./chat_history.ts";

/** What can be chosen. */
export type Option =
  | { kind: "conversation"; conversation: ConversationModel }
  | { kind: "person"; person: Person };

/** Known conversations first, then people one has none with yet. */
export function optionsOf(app: AppModel): Option[] {
  const conversations = app.people.conversations.value;
  const known = new Set(conversations.map((c) => c.row.value.partner?.id));
  return [
    ...conversations.map((conversation): Option => ({ kind: "conversation", conversation })),
    ...app.people.results.value.filter((person) => !known.has(person.id))
      .map((person): Option => ({ kind: "person", person })),
  ];
}

/** Of the element that shows it. */
export const optionId = (index: number) => `search-option-${index}`;

/** Opens it, and clears the search. */
export function choose(app: AppModel, option: Option): void {
  const conversation = option.kind === "person"
    ? app.chat.openWith(option.person)
    : app.chat.open(option.conversation.row.value.id);
  app.people.query.value = "";
  pushConversation(conversation.row.value.id);
}
