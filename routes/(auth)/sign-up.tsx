import { Head } from "fresh/runtime";
import { Button } from "../../components/ui/Button.tsx";
import { Notice } from "../../components/ui/Card.tsx";
import { Field } from "../../components/ui/Field.tsx";
import { ViewProvider } from "../../components/ui/view.tsx";
import PasswordField from "../../islands/PasswordField.tsx";
import { define } from "../../lib/http/state.ts";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { registerBody } from "../../lib/shared/user_schema.ts";
import { authHandlers } from "./(_components)/auth_form.ts";
import { AuthScreen } from "./(_components)/AuthScreen.tsx";

export const handler = authHandlers({
  schema: registerBody,
  explain: (wrong, p) => ({
    name: wrong.has("name") ? p.auth.nameInvalid : undefined,
    email: wrong.has("email") ? p.auth.emailInvalid : undefined,
    password: wrong.has("password") ? p.auth.passwordInvalid : undefined,
  }),
  signIn: (auth, input, caller) => auth.register(input, caller),
});

export default define.page<typeof handler>(({ data }) => {
  const { settings, appName, errors, typed, next } = data;
  const p = pageCatalogue(settings.locale);
  const firstWrong = errors.name ? "name" : errors.email ? "email" : "name";
  return (
    <ViewProvider settings={settings}>
      <Head>
        <title>{`${p.auth.signUpTitle} · ${appName}`}</title>
      </Head>
      <AuthScreen settings={settings} appName={appName}>
        <h1 class="text-2xl font-semibold">{p.auth.signUpTitle}</h1>
        <p class="mt-1 text-muted">{p.auth.signUpText}</p>
        <form method="post" action="/sign-up" class="mt-7 flex flex-col gap-4" noValidate>
          {errors.form && <Notice kind="danger">{errors.form}</Notice>}
          <input type="hidden" name="next" value={next} />
          <Field
            id="name"
            name="name"
            label={p.auth.name}
            hint={p.auth.nameHint}
            value={typed.name}
            error={errors.name}
            autocomplete="name"
            maxLength={80}
            required
            autofocus={firstWrong === "name" && !errors.password}
          />
          <Field
            id="email"
            name="email"
            type="email"
            label={p.auth.email}
            value={typed.email}
            error={errors.email}
            autocomplete="email"
            inputMode="email"
            required
            autofocus={firstWrong === "email"}
          />
          <PasswordField
            settings={settings}
            label={p.auth.password}
            hint={p.auth.passwordHint}
            error={errors.password}
            autocomplete="new-password"
            autofocus={!errors.name && !errors.email && errors.password !== undefined}
          />
          <Button type="submit" class="mt-2 w-full">{p.auth.signUp}</Button>
        </form>
        <p class="mt-5 text-muted">
          {p.auth.haveAccount}{" "}
          <a
            href={`/sign-in?${new URLSearchParams({ next })}`}
            class="font-medium text-accent underline-offset-2 hover:underline"
          >
            {p.auth.signIn}
          </a>
        </p>
      </AuthScreen>
    </ViewProvider>
  );
});
