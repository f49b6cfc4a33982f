/** What the sign-in and sign-up pages share: reading the form, and what was wrong with it. */
import type { FreshContext } from "fresh";
import type { PlayablePersona } from "../../../lib/shared/demo_persona.ts";
import { nextPath } from "../../../lib/http/next_path.ts";
import { type PageState, viewSettings } from "../../../lib/http/page_state.ts";
import { sessionCookie } from "../../../lib/http/session_cookie.ts";
import type { State } from "../../../lib/http/state.ts";
import type { PageCatalogue } from "../../../lib/shared/i18n/pages.ts";
import { AppError } from "../../../lib/shared/errors.ts";

/** What the page shows: what was typed (never the password), and what is wrong with it. */
export interface AuthPage {
  settings: PageState["settings"];
  appName: string;
  next: string;
  typed: { name: string; email: string };
  errors: { name?: string; email?: string; password?: string; form?: string };
  /** Why one is here: an own sign-out, or a session that ended. */
  reason: "left" | "ended" | null;
  /** Whom a visitor may be in the demo; null where there is none. */
  demo: PlayablePersona[] | null;
}

/** The page as it is before anything was typed. */
export async function emptyAuthPage(ctx: FreshContext<State>): Promise<AuthPage> {
  const { services } = ctx.state;
  const reason = ctx.url.searchParams.get("reason");
  return {
    settings: viewSettings(ctx),
    appName: services.config.appName,
    next: nextPath(ctx.url.searchParams.get("next")),
    typed: { name: "", email: "" },
    errors: {},
    reason: reason === "left" || reason === "ended" ? reason : null,
    demo: await services.demo.offer(),
  };
}

/** Goes on as the person whose session has just begun. */
export function signedInResponse(
  ctx: FreshContext<State>,
  cookie: string,
  next: string,
): Response {
  const headers = new Headers({ location: next });
  headers.append("set-cookie", sessionCookie(cookie, ctx.state.origin));
  return new Response(null, { status: 303, headers });
}

/** The words for what a service refused, and the status of the page that shows them. */
export function authFailure(
  error: unknown,
  p: PageCatalogue,
): { status: number; errors: AuthPage["errors"] } {
  if (!(error instanceof AppError)) throw error;
  switch (error.code) {
    case "unauthenticated":
      return { status: 401, errors: { form: p.auth.wrong } };
    case "conflict":
      return { status: 409, errors: { email: p.auth.taken } };
    case "rate_limited":
      return { status: 429, errors: { form: p.auth.tooMany(Math.ceil(error.retryAfter ?? 60)) } };
    default:
      return { status: error.status, errors: { form: p.auth.failed } };
  }
}
