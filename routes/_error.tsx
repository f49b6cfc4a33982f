import { HttpError } from "fresh";
import { define } from "../lib/http/state.ts";
import type { ErrorKind } from "../components/ErrorScreen.tsx";
import { AppError } from "../lib/shared/errors.ts";
import { ErrorPage } from "./(_components)/ErrorPage.tsx";

const kinds: Record<number, ErrorKind> = { 403: "forbidden", 404: "notFound", 429: "busy" };

/** A page that failed. */
export default define.page(({ error, req, state }) => {
  const status = error instanceof HttpError || error instanceof AppError ? error.status : 500;
  return (
    <ErrorPage
      headers={req.headers}
      kind={kinds[status] ?? "broken"}
      requestId={state.requestId ?? null}
    />
  );
});
