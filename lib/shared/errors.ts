/** Errors that the product reports, with the codes and statuses of the public contract. */

/** Error codes of HTTP answers and of socket `error` frames, with the HTTP status of each. */
export const errorStatus = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

/** A stable, machine-readable error code. */
export type ErrorCode = keyof typeof errorStatus;

/** One thing that is wrong with one field of the input; `path` is dotted, "" means the whole. */
export interface Issue {
  path: string;
  message: string;
}

/** What an {@link AppError} may carry beside its code and message. */
export interface AppErrorDetails {
  /** What is wrong, field by field (`invalid` only). */
  issues?: Issue[];
  /** Seconds until the same call may succeed (`rate_limited`, `unavailable`). */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * An error that a caller is meant to see. The message says what could not be done, then why, and
 * never holds a secret or anything about things that the caller may not know of (R8).
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly issues?: Issue[];
  readonly retryAfter?: number;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.issues) this.issues = details.issues;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }

  /** The HTTP status that belongs to the code. */
  get status(): number {
    return errorStatus[this.code];
  }
}
