/** What every page for people who are signed in is made of. */
import type { FreshContext } from "fresh";
import { HISTORY_PAGE_DEFAULT, PAGE_DEFAULT } from "../shared/limits.ts";
import type { InitialConversation, InitialState } from "../shared/initial_state.ts";
import { draftConversation } from "../shared/initial_state.ts";
import { readPreferences } from "../shared/i18n/preferences.ts";
import { AppError } from "../shared/errors.ts";
import type { User } from "../shared/user_schema.ts";
import type { Services } from "../services.ts";
import type { State, UserPrincipal } from "./state.ts";

/** What a page gives to its frame and islands. */
export interface PageState {
  initial: InitialState & { me: User };
  settings: { locale: string; formats: string; timeZone: string };
  /** True for the people of the demo. */
  demo: boolean;
}

/** The language, formats and time zone of the reader. */
export function viewSettings(ctx: FreshContext<State>): PageState["settings"] {
  const { formats, timeZone } = readPreferences(ctx.req.headers);
  return { locale: ctx.state.locale, formats, timeZone };
}

/**
 * Loads the first page of everything, and conversation `open` (its id, or a partner's) if one is
 * named. `not_found` when it is not there or not theirs (R8).
 */
export async function loadPageState(
  ctx: FreshContext<State>,
  user: UserPrincipal,
  open: string | null = null,
): Promise<PageState> {
  const { services } = ctx.state;
  const { userId } = user;
  const limit = PAGE_DEFAULT;
  const [me, list, bell, opened, demo] = await Promise.all([
    services.users.requireUser(userId),
    services.chat.listConversations(userId, { limit }),
    services.notifications.list(userId, { filter: "all", limit }),
    open === null ? null : loadConversation(services, userId, open),
    services.demo.includes(userId),
  ]);
  const { notifications, before, unreadCount, unseenCount } = bell;
  return {
    settings: viewSettings(ctx),
    demo,
    initial: {
      appName: services.config.appName,
      locale: ctx.state.locale,
      renderedAt: new Date(services.clock.now()).toISOString(),
      // A host platform's token may give another role than the one that is stored.
      me: { ...me, role: user.role },
      vapidKey: services.push.publicKey,
      conversations: { rows: list.conversations, after: list.after },
      open: opened,
      notifications: { items: notifications, before, counts: { unreadCount, unseenCount } },
    },
  };
}

async function loadConversation(
  services: Services,
  userId: string,
  id: string,
): Promise<InitialConversation> {
  const row = await services.chat.getConversation(userId, id);
  if (row) {
    const page = await services.chat.history(userId, row.id, { limit: HISTORY_PAGE_DEFAULT });
    return { row, messages: page.messages, before: page.before, after: page.after };
  }
  const person = id === userId ? null : await services.users.getPerson(id);
  if (!person) throw new AppError("not_found", "Cannot show conversation: no such conversation");
  return { row: draftConversation(person), messages: [], before: null, after: null };
}
