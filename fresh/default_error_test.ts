import { equal, match, ok } from "node:assert/strict";
import { defaultErrorResponse } from "./default_error.ts";
import { HttpError } from "./runtime/http_error.ts";

function silently<T>(run: () => T): T {
  const log = console.error;
  console.error = () => {};
  try {
    return run();
  } finally {
    console.error = log;
  }
}

Deno.test("development shows an error with its stack, escaped", async () => {
  const error = new Error("<broken>");
  const response = silently(() => defaultErrorResponse(error, "development"));
  equal(response.status, 500);
  const html = await response.text();
  match(html, /&#60;broken&#62;/);
  match(html, /default_error_test/);
});

Deno.test("production shows the status and nothing of the error", async () => {
  for (const error of [new Error("secret"), new HttpError(503, "secret"), "secret", null]) {
    const response = silently(() => defaultErrorResponse(error, "production"));
    ok(response.status >= 500);
    ok(!(await response.text()).includes("secret"));
  }
});

Deno.test("the message of an HttpError below 500 is meant for the client", async () => {
  const response = defaultErrorResponse(new HttpError(403, "Not yours"), "production");
  equal(response.status, 403);
  equal(await response.text(), "Not yours");
});
