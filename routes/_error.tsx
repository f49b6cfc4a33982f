import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "../lib/http/state.ts";
import { type ErrorKind, ErrorScreen } from "../components/ErrorScreen.tsx";
import { AppError } from "../lib/shared/errors.ts";
import { pageCatalogue } from "../lib/shared/i18n/pages.ts";
import { readPreferences } from "../lib/shared/i18n/preferences.ts";

const kinds: Record<number, ErrorKind> = { 403: "forbidden", 404: "notFound", 429: "busy" };

/** A page that failed: what is safe, what to do, and the request id behind "Details". */
export default define.page(({ error, req, state }) => {
  const status = error instanceof HttpError || error instanceof AppError ? error.status : 500;
  const kind = kinds[status] ?? "broken";
  const settings = readPreferences(req.headers);
  return (
    <>
      <Head>
        <title>{pageCatalogue(settings.locale).errors[`${kind}Title`]}</title>
      </Head>
      <ErrorScreen settings={settings} kind={kind} requestId={state.requestId ?? null} />
    </>
  );
});
