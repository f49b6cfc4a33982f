/** Turns whatever was thrown into the failure envelope. */
import { HttpError } from "fresh";
import { AppError, type Issue } from "../shared/errors.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { allowedMethods } from "./contract/mod.ts";

/** Issues that an answer tells at most: whoever sends two thousand mistakes is told the first (R10). */
const ISSUES_MAX = 20;

interface Failure {
  status: number;
  code: string;
  message: string;
  issues?: Issue[];
  headers?: Record<string, string>;
}

/**
 * The response for `error`. What is neither an {@link AppError} nor a Fresh `HttpError` is told as
 * `internal` and nothing more; the log has it with its stack under the same request id.
 */
export function failureResponse(
  error: unknown,
  request: { path: string; requestId: string; log: Logger },
): Response {
  const { status, code, message, issues, headers } = failureOf(error, request.path);
  if (status === 500) {
    request.log.error("A request failed", { requestId: request.requestId, ...errorFields(error) });
  }
  return Response.json({
    success: false,
    error: { code, message, requestId: request.requestId, issues: issues?.slice(0, ISSUES_MAX) },
  }, { status, headers });
}

function failureOf(error: unknown, path: string): Failure {
  if (error instanceof AppError) {
    const { status, code, message, issues, retryAfter } = error;
    const headers: Record<string, string> = {};
    if (retryAfter !== undefined) headers["retry-after"] = String(Math.ceil(retryAfter));
    else if (status === 503) headers["retry-after"] = "1";
    if (status === 401) headers["www-authenticate"] = "Bearer";
    return { status, code, message, issues, headers };
  }
  if (error instanceof HttpError) return httpFailure(error.status, path);
  return { status: 500, code: "internal", message: "Cannot answer: something failed on our side" };
}

function httpFailure(status: number, path: string): Failure {
  if (status === 404) {
    return { status, code: "not_found", message: "Cannot find it: no such path" };
  }
  if (status === 405) {
    const allow = allowedMethods(path);
    return {
      status,
      code: "method_not_allowed",
      message: "Cannot do this: the path has no such method",
      headers: allow.length > 0 ? { allow: allow.join(", ") } : {},
    };
  }
  if (status < 500) {
    return { status, code: "invalid", message: "Cannot do this: the request is not one for here" };
  }
  return { status: 500, code: "internal", message: "Cannot answer: something failed on our side" };
}
