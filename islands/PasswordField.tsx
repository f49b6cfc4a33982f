import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { forgetLastState } from "../lib/client/last_user.ts";
import { eye, eyeOff } from "../components/icon_nodes.ts";
import { Field } from "../components/ui/Field.tsx";
import { IconButton } from "../components/ui/IconButton.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider, type ViewSettings } from "../components/ui/view.tsx";

interface Props {
  settings: ViewSettings;
  label: string;
  hint?: string;
  error?: string;
  autocomplete: "current-password" | "new-password";
  autofocus?: boolean;
}

/** A password that can be looked at. Without script it is a plain password field. */
export default function PasswordField({ settings, ...field }: Props) {
  useEffect(() => {
    // Nobody is signed in here: what opened without the server is not for whoever comes next.
    void forgetLastState();
  }, []);
  return (
    <ViewProvider settings={settings}>
      <Input {...field} />
    </ViewProvider>
  );
}

function Input(field: Omit<Props, "settings">) {
  const p = usePageWords();
  const shown = useSignal(false);
  return (
    <Field
      {...field}
      id="password"
      name="password"
      type={shown.value ? "text" : "password"}
      maxLength={200}
      required
      autocapitalize="off"
      spellcheck={false}
      trailing={
        <IconButton
          icon={shown.value ? eyeOff : eye}
          size={18}
          label={shown.value ? p.auth.hidePassword : p.auth.showPassword}
          align="end"
          onClick={() => shown.value = !shown.value}
        />
      }
    />
  );
}
