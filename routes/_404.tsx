import { Head } from "fresh/runtime";
import { define } from "../lib/http/state.ts";
import { ErrorScreen } from "../components/ErrorScreen.tsx";
import { pageCatalogue } from "../lib/shared/i18n/pages.ts";
import { readPreferences } from "../lib/shared/i18n/preferences.ts";

/** What stands where there is nothing, or nothing for this reader. */
export default define.page(({ req }) => {
  const settings = readPreferences(req.headers);
  const { errors } = pageCatalogue(settings.locale);
  return (
    <>
      <Head>
        <title>{errors.notFoundTitle}</title>
      </Head>
      <ErrorScreen settings={settings} kind="notFound" requestId={null} />
    </>
  );
});
