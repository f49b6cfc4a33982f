/** Who may read `/metrics`: a stranger must not learn how much is going on here. */
import type { Principal } from "../identity/types.ts";
import { requireAccess } from "./access.ts";

/** What a proxy adds to a request that it passes on. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const LOOPBACK_PEER = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i;

/**
 * True when the machine itself asks, not through a proxy and not for a page of another name (a
 * name that an attacker points at 127.0.0.1): so the figures can be read while the store is away.
 */
export function isFromThisMachine(peer: string | null, headers: Headers): boolean {
  return peer !== null && LOOPBACK_PEER.test(peer) &&
    LOOPBACK_HOST.test(headers.get("host") ?? "") &&
    !FORWARDED.some((name) => headers.has(name));
}

/** Throws unless an admin asks, a key with the scope `metrics:read`, or this machine. */
export function requireMetricsAccess(
  principal: Principal | null,
  peer: string | null,
  headers: Headers,
): void {
  if (principal === null && isFromThisMachine(peer, headers)) return;
  requireAccess({ kind: "role", roles: ["admin"], scope: "metrics:read" }, principal);
}
