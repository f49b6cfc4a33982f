import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Button } from "../../components/ui/Button.tsx";
import { Notice } from "../../components/ui/Card.tsx";
import { Field } from "../../components/ui/Field.tsx";
import { ViewProvider } from "../../components/ui/view.tsx";
import PasswordField from "../../islands/PasswordField.tsx";
import { callerOf } from "../../lib/http/caller.ts";
import { nextPath } from "../../lib/http/next_path.ts";
import { readForm } from "../../lib/http/read_form.ts";
import { define } from "../../lib/http/state.ts";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { loginBody } from "../../lib/shared/user_schema.ts";
import {
  authFailure,
  type AuthPage,
  emptyAuthPage,
  signedInResponse,
} from "./(_components)/auth_form.ts";
import { AuthScreen } from "./(_components)/AuthScreen.tsx";
import { TryDemo } from "./(_components)/TryDemo.tsx";

export const handler = define.handlers({
  GET: async (ctx) => page(await emptyAuthPage(ctx)),
  async POST(ctx) {
    const form = await readForm(ctx.req);
    const shown: AuthPage = {
      ...await emptyAuthPage(ctx),
      next: nextPath(form.get("next")),
      typed: { name: "", email: form.get("email") ?? "" },
    };
    const p = pageCatalogue(shown.settings.locale);
    const parsed = loginBody.safeParse({
      email: form.get("email") ?? "",
      password: form.get("password") ?? "",
    });
    if (!parsed.success || parsed.data.password === "") {
      const wrongEmail = parsed.error?.issues.some((issue) => issue.path[0] === "email") ?? false;
      shown.errors = wrongEmail
        ? { email: p.auth.emailInvalid }
        : { password: p.auth.passwordMissing };
      return page(shown, { status: 400 });
    }
    try {
      const { cookie } = await ctx.state.services.auth.login(parsed.data, callerOf(ctx));
      return signedInResponse(ctx, cookie, shown.next);
    } catch (error) {
      const { status, errors } = authFailure(error, p);
      return page({ ...shown, errors }, { status });
    }
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { settings, appName, errors, typed, next, reason, demo } = data;
  const p = pageCatalogue(settings.locale);
  return (
    <ViewProvider settings={settings}>
      <Head>
        <title>{`${p.auth.signInTitle} · ${appName}`}</title>
      </Head>
      <AuthScreen settings={settings} appName={appName}>
        <h1 class="text-2xl font-semibold">{p.auth.signInTitle}</h1>
        <p class="mt-1 text-muted">{p.auth.signInText}</p>
        <form method="post" action="/sign-in" class="mt-7 flex flex-col gap-4" noValidate>
          {errors.form && <Notice kind="danger">{errors.form}</Notice>}
          {!errors.form && reason && (
            <Notice kind="info">{reason === "left" ? p.auth.left : p.auth.ended}</Notice>
          )}
          <input type="hidden" name="next" value={next} />
          <Field
            id="email"
            name="email"
            type="email"
            label={p.auth.email}
            value={typed.email}
            error={errors.email}
            autocomplete="username"
            inputMode="email"
            required
            autofocus={typed.email === ""}
          />
          <PasswordField
            settings={settings}
            label={p.auth.password}
            error={errors.password}
            autocomplete="current-password"
            autofocus={typed.email !== "" && !errors.email}
          />
          <Button type="submit" class="mt-2 w-full">{p.auth.signIn}</Button>
        </form>
        <p class="mt-5 text-muted">
          {p.auth.noAccount}{" "}
          <a
            href={`/sign-up?${new URLSearchParams({ next })}`}
            class="font-medium text-accent underline-offset-2 hover:underline"
          >
            {p.auth.signUpTitle}
          </a>
        </p>
        {demo && <TryDemo p={p} people={demo} />}
      </AuthScreen>
    </ViewProvider>
  );
});
