import { HttpError, reasonPhrase } from "./runtime/http_error.ts";
import { errorStatus } from "./route.ts";

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/**
 * The answer where no error handler is left. In development it shows an unexpected error with its stack; in
 * production nothing of it leaves the log.
 */
export function defaultErrorResponse(
  error: unknown,
  mode: "development" | "production",
): Response {
  const status = errorStatus(error);
  if (error instanceof HttpError && status < 500) {
    return new Response(error.message, { status });
  }
  console.error(error);
  if (mode === "production") {
    return new Response(reasonPhrase(status), { status });
  }
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  const html =
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Error</title></head>` +
    `<body><h1>${escapeHtml(reasonPhrase(status))}</h1><pre>${
      escapeHtml(text)
    }</pre></body></html>`;
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}
