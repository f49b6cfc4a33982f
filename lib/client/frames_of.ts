/** Reads what a socket brings. */
import type { ServerFrame } from "../shared/protocol.ts";

/**
 * The frames of one socket message, as text or as another tab has read them; null when it is none.
 * The server's own frames are trusted.
 */
export function framesOf(data: unknown): ServerFrame[] | null {
  try {
    const value = typeof data === "string" ? JSON.parse(data) : data;
    return Array.isArray(value) ? value : [value];
  } catch {
    return null;
  }
}
