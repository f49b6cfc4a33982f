/** A request as a digest, so that the same one again is known. */
import { createHash } from "node:crypto";

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
