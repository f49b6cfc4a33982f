/** A request as a digest, so that the same one again is known, and another one refused. */
import { createHash } from "node:crypto";
import { AppError } from "../shared/errors.ts";
import type { SentRow } from "./notification_rows.ts";

/** SHA-256 of a JSON value, whatever the order of its fields; undefined fields count as missing. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(sorted(value)) ?? "").digest("base64url");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]),
  );
}

/** What a key stands for, if it stands for this request. */
export function requireSame(known: SentRow, digest: string): SentRow {
  if (known.digest === digest) return known;
  throw new AppError(
    "idempotency_mismatch",
    "Cannot send the notification: this Idempotency-Key was used for another request",
  );
}
