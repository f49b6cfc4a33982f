import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import { failureOf } from "../lib/client/api.ts";
import type { AppModel } from "../lib/client/types.ts";
import type { IslandProps } from "../components/island_props.ts";
import { Avatar } from "../components/ui/Avatar.tsx";
import { Button } from "../components/ui/Button.tsx";
import { Notice } from "../components/ui/Card.tsx";
import { Field } from "../components/ui/Field.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** Name and picture. */
export default function ProfileForm({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Form app={app} />
    </ViewProvider>
  );
}

type Saving =
  | { kind: "idle" }
  | { kind: "saving" }
  | { kind: "saved" }
  | { kind: "failed"; fields: ReadonlySet<string> };

function Form({ app }: { app: AppModel }) {
  const { t } = useView();
  const p = usePageWords();
  const me = app.me.value;
  const name = useSignal(me?.name ?? "");
  const avatar = useSignal(me?.avatar ?? "");
  const saving = useSignal<Saving>({ kind: "idle" });
  useEffect(() => {
    app.badge.page.value = t.nav.settings;
  }, [t]);
  if (!me) return null;

  const save = async () => {
    saving.value = { kind: "saving" };
    try {
      app.me.value = await app.api.updateMe({
        name: name.value.trim(),
        avatar: avatar.value.trim() === "" ? null : avatar.value.trim(),
      });
      saving.value = { kind: "saved" };
    } catch (error) {
      const fields = new Set(failureOf(error).issues?.map((issue) => issue.path) ?? []);
      saving.value = { kind: "failed", fields };
    }
  };

  const state = saving.value;
  const wrong = (field: string) => state.kind === "failed" && state.fields.has(field);
  const edit = (into: typeof name) => (event: { currentTarget: HTMLInputElement }) => {
    into.value = event.currentTarget.value;
    saving.value = { kind: "idle" };
  };
  return (
    <form
      class="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state.kind !== "saving") save();
      }}
    >
      {state.kind === "failed" && state.fields.size === 0 && (
        <Notice kind="danger">{p.settings.profileFailed}</Notice>
      )}
      <div class="flex items-center gap-5">
        <Avatar
          person={{ id: me.id, name: name.value || me.name, avatar: avatar.value || null }}
          size="lg"
        />
        <div class="min-w-0 grow">
          <Field
            id="profile-name"
            label={p.settings.name}
            value={name.value}
            maxLength={80}
            autocomplete="name"
            error={wrong("name") ? p.auth.nameInvalid : null}
            onInput={edit(name)}
          />
        </div>
      </div>
      <Field
        id="profile-avatar"
        type="url"
        label={p.settings.avatar}
        hint={p.settings.avatarText}
        value={avatar.value}
        maxLength={2048}
        placeholder="https://"
        error={wrong("avatar") ? p.settings.avatarText : null}
        onInput={edit(avatar)}
      />
      {me.email !== null && (
        <Field
          id="profile-email"
          type="email"
          label={p.settings.email}
          hint={p.settings.emailText}
          value={me.email}
          readOnly
        />
      )}
      <div class="flex items-center gap-4">
        <Button type="submit" aria-disabled={`${state.kind === "saving"}`}>{t.common.save}</Button>
        <span role="status" class="text-sm font-medium text-ok">
          {state.kind === "saved" && t.common.saved}
        </span>
      </div>
    </form>
  );
}
