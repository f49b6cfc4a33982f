/** A push as the request that the push service gets (RFC 8030, 8188, 8291). */
import { createHash } from "node:crypto";
// @ts-types="@types/web-push"
import webpush from "web-push";
import type { Urgency } from "../shared/notification_schema.ts";

/** Seconds that RFC 8030 §5.2 services keep a push at most (P1). */
export const TTL_MAX_SECONDS = 2_592_000;

/** Where a push goes and what it is encrypted for. */
export interface PushTarget {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** How the push service is to treat it. */
export interface PushHeaders {
  ttlSeconds: number;
  urgency: Urgency;
  /** What a newer push of the same tag replaces while it waits. */
  tag: string;
  /** Value of `Authorization` (RFC 8292). */
  authorization: string;
}

/** Ready for `fetch`. */
export interface PushRequest {
  endpoint: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Encrypts `payload` for the target, with a salt and a key pair of its own each time (P5), and sets
 * TTL, Urgency and Topic (P1 to P3). Throws when the target's keys are no keys.
 */
export function buildRequest(
  target: PushTarget,
  payload: string,
  { ttlSeconds, urgency, tag, authorization }: PushHeaders,
): PushRequest {
  const details = webpush.generateRequestDetails(target, payload, {
    TTL: clampTtl(ttlSeconds),
    urgency,
    topic: topicOf(tag),
    contentEncoding: "aes128gcm",
    headers: { Authorization: authorization },
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(details.headers)) {
    // fetch counts the body itself.
    if (name !== "Content-Length") headers.set(name, String(value));
  }
  return { endpoint: details.endpoint, headers, body: new Uint8Array(details.body ?? []) };
}

/** Whole seconds from 0 to {@link TTL_MAX_SECONDS}. */
export function clampTtl(seconds: number): number {
  return Math.min(TTL_MAX_SECONDS, Math.max(0, Math.floor(seconds)));
}

/** 32 hex digits: Mozilla takes letters and digits only (P3), and tags say whose they are. */
export function topicOf(tag: string): string {
  return createHash("sha256").update(tag).digest("hex").slice(0, 32);
}
