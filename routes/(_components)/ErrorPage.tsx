/** A whole page for what could not be shown. */
import type { FreshContext } from "fresh";
import { Head } from "fresh/runtime";
import { type ErrorKind, ErrorScreen } from "../../components/ErrorScreen.tsx";
import type { State } from "../../lib/http/state.ts";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { readPreferences } from "../../lib/shared/i18n/preferences.ts";

/** Says what is safe and what to do, in the reader's language, with the request id behind "Details". */
export function ErrorPage(
  { headers, kind, requestId }: { headers: Headers; kind: ErrorKind; requestId: string | null },
) {
  const settings = readPreferences(headers);
  return (
    <>
      <Head>
        <title>{pageCatalogue(settings.locale).errors[`${kind}Title`]}</title>
      </Head>
      <ErrorScreen settings={settings} kind={kind} requestId={requestId} />
    </>
  );
}

/** 429 as a page; `retryAfter` in seconds. */
export function busyPage(ctx: FreshContext<State>, retryAfter: number): Promise<Response> {
  const { req, state } = ctx;
  return ctx.render(
    <ErrorPage headers={req.headers} kind="busy" requestId={state.requestId} />,
    { status: 429, headers: { "retry-after": String(Math.ceil(retryAfter)) } },
  );
}
