import { Head } from "fresh/runtime";
import { Button } from "../../components/ui/Button.tsx";
import { Notice } from "../../components/ui/Card.tsx";
import { Field } from "../../components/ui/Field.tsx";
import { ViewProvider } from "../../components/ui/view.tsx";
import PasswordField from "../../islands/PasswordField.tsx";
import { define } from "../../lib/http/state.ts";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { loginBody } from "../../lib/shared/user_schema.ts";
import { authHandlers } from "./(_components)/auth_form.ts";
import { AuthScreen } from "./(_components)/AuthScreen.tsx";
import { TryDemo } from "./(_components)/TryDemo.tsx";

export const handler = authHandlers({
  schema: loginBody.extend({ password: loginBody.shape.password.min(1) }),
  explain: (wrong, p) =>
    wrong.has("email") ? { email: p.auth.emailInvalid } : { password: p.auth.passwordMissing },
  signIn: (auth, input, caller) => auth.login(input, caller),
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
