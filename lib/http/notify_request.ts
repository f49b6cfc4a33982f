/** Reads a request to send a notification: its two forms and its header. */
import { AppError } from "../shared/errors.ts";
import type { NotifyBody, NotifyInput } from "../shared/notification_schema.ts";

const KEY_HEADER = "Idempotency-Key";
/** Type of what is sent in the short form. */
const SHORT_TYPE = "general";

/** A notification to send, in one form. */
export interface NotifyRequest {
  input: NotifyInput;
  idempotencyKey: string | null;
}

/** `invalid` for a key of no use. */
export function readNotifyRequest(body: NotifyBody, headers: Headers): NotifyRequest {
  const idempotencyKey = headers.get(KEY_HEADER);
  if (idempotencyKey !== null && !/^[\x21-\x7e]{1,128}$/.test(idempotencyKey)) {
    throw invalid(KEY_HEADER, "must be 1 to 128 visible ASCII characters");
  }
  if ("userId" in body) {
    const { userId, ...rest } = body;
    return { input: { to: { userId }, type: SHORT_TYPE, ...rest }, idempotencyKey };
  }
  return { input: body, idempotencyKey };
}

/** In the short form the person is named by `userId`, so an issue with `to.userId` says that. */
export function renameIssues(error: unknown, body: NotifyBody): unknown {
  if (!(error instanceof AppError) || !error.issues || !("userId" in body)) return error;
  return new AppError(error.code, error.message.replace("to.userId", "userId"), {
    issues: error.issues.map((issue) => ({ ...issue, path: issue.path.replace(/^to\./, "") })),
    cause: error,
  });
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid", `Cannot send the notification: ${path} ${message}`, {
    issues: [{ path, message }],
  });
}
