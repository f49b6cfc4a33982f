/** What the sign-in and sign-up pages share: reading the form, and what was wrong with it. */
import { type FreshContext, page } from "fresh";
import type { z } from "zod";
import type { AuthService, Caller, SignedIn } from "../../../lib/identity/types.ts";
import { callerOf } from "../../../lib/http/caller.ts";
import { nextPath } from "../../../lib/http/next_path.ts";
import { type PageState, viewSettings } from "../../../lib/http/page_state.ts";
import { readForm } from "../../../lib/http/read_form.ts";
import { sessionCookie } from "../../../lib/http/session_cookie.ts";
import { define, type State } from "../../../lib/http/state.ts";
import type { PlayablePersona } from "../../../lib/shared/demo_persona.ts";
import { AppError } from "../../../lib/shared/errors.ts";
import { type PageCatalogue, pageCatalogue } from "../../../lib/shared/i18n/pages.ts";

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

/** What tells the two forms apart. */
export interface AuthForm<S extends z.ZodObject> {
  /** Its keys are the fields that are read. */
  schema: S;
  /** What to say about the fields that do not fit. */
  explain(wrong: ReadonlySet<PropertyKey>, p: PageCatalogue): AuthPage["errors"];
  signIn(auth: AuthService, input: z.output<S>, caller: Caller): Promise<SignedIn>;
}

/** GET shows the form; POST reads it, and signs in or shows it again with what was wrong. */
export function authHandlers<S extends z.ZodObject>({ schema, explain, signIn }: AuthForm<S>) {
  return define.handlers({
    GET: async (ctx) => page(await emptyAuthPage(ctx)),
    async POST(ctx) {
      const form = await readForm(ctx.req);
      const field = (name: string) => form.get(name) ?? "";
      const shown: AuthPage = {
        ...await emptyAuthPage(ctx),
        next: nextPath(form.get("next")),
        typed: { name: field("name"), email: field("email") },
      };
      const p = pageCatalogue(shown.settings.locale);
      const names = Object.keys(schema.shape);
      const parsed = schema.safeParse(Object.fromEntries(names.map((name) => [name, field(name)])));
      if (!parsed.success) {
        const wrong = new Set(parsed.error.issues.flatMap(({ path }) => path.slice(0, 1)));
        return page({ ...shown, errors: explain(wrong, p) }, { status: 400 });
      }
      try {
        const { auth } = ctx.state.services;
        const { cookie } = await signIn(auth, parsed.data, callerOf(ctx));
        const headers = new Headers({ location: shown.next });
        headers.append("set-cookie", sessionCookie(cookie, ctx.state.origin));
        return new Response(null, { status: 303, headers });
      } catch (error) {
        const { errors, ...init } = authFailure(error, p);
        return page({ ...shown, errors }, init);
      }
    },
  });
}

/** The page as it is before anything was typed. */
async function emptyAuthPage(ctx: FreshContext<State>): Promise<AuthPage> {
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

/** The words for what a service refused, and the status of the page that shows them. */
function authFailure(
  error: unknown,
  p: PageCatalogue,
): { status: number; headers?: Record<string, string>; errors: AuthPage["errors"] } {
  if (!(error instanceof AppError)) throw error;
  switch (error.code) {
    case "unauthenticated":
      return { status: 401, errors: { form: p.auth.wrong } };
    case "conflict":
      return { status: 409, errors: { email: p.auth.taken } };
    case "rate_limited": {
      const seconds = Math.ceil(error.retryAfter ?? 60);
      const headers = { "retry-after": String(seconds) };
      return { status: 429, headers, errors: { form: p.auth.tooMany(seconds) } };
    }
    default:
      return { status: error.status, errors: { form: p.auth.failed } };
  }
}
