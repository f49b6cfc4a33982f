/** Who may notify whom: pure. */
import { AppError } from "../shared/errors.ts";
import type { Principal } from "../identity/types.ts";
import type { Sender } from "./scheduled_row.ts";

/** True when the caller may send notifications at all. */
export function canSend(by: Principal): boolean {
  if (by.kind === "service") {
    return by.scopes.includes("notifications:send") || by.scopes.includes("admin");
  }
  return by.role === "instructor" || by.role === "admin";
}

/**
 * True when the caller may notify a room with these members. An instructor must be one of them,
 * because for others a room does not exist (R8); admins and API keys act for the whole site.
 */
export function canNotifyRoom(by: Sender, memberIds: readonly string[]): boolean {
  return by.kind === "service" || by.role === "admin" || memberIds.includes(by.userId);
}

/** True when the caller may cancel or trace what `sender` has sent: their own, or as an admin. */
export function canCancel(by: Principal, sender: Sender): boolean {
  if (ownerOf(by) === ownerOf(sender)) return true;
  return by.kind === "service" ? by.scopes.includes("admin") : by.role === "admin";
}

/** Throws `forbidden`. */
export function requireSender(by: Principal): void {
  if (canSend(by)) return;
  throw new AppError(
    "forbidden",
    "Cannot send the notification: only instructors, admins and API keys with the scope may",
  );
}

/** Whose idempotency keys these are: a person's and an API key's never meet. */
export function ownerOf(by: Sender): string {
  return by.kind === "service" ? `k:${by.keyId}` : `u:${by.userId}`;
}
