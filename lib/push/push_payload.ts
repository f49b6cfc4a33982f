/** What a push carries: the declarative shape (P24), never too large for one record (P4). */
import { topicOf } from "./push_request.ts";
import type { PushContent, PushSourceName } from "./types.ts";

/** Plaintext bytes that fit into one record of a body of 4,096 bytes (RFC 8291 §4). */
export const PAYLOAD_MAX_BYTES = 3993;
/** The version that `static/sw.js` knows; another one still shows title and body (P21). */
export const PAYLOAD_VERSION = 1;
/** Tags to close that one payload names. */
export const CLOSE_MAX = 20;
/** Where a link leads that is too long to be sent along, or lies outside of this site. */
const FALLBACK_PATH = "/notifications";
const NAVIGATE_MAX_BYTES = 1024;
const TITLE_MAX_BYTES = 600;

/** What the payload holds beside the content. */
export interface PayloadContext {
  /** The public origin, where it is known: Safari wants an absolute `navigate`. */
  appOrigin: string | null;
  /** New things in all (`app_badge`). */
  badge: number;
  /** Of what kind it is, where that is all that may be told. */
  hidden?: PushSourceName;
  /** Tags of what was read elsewhere and is still shown on this device (P25). */
  close: readonly string[];
}

/** What a push says that may not say what it is about; the worker has it in other languages too. */
const GENERIC: Record<PushSourceName, { title: string; navigate: string }> = {
  message: { title: "New message", navigate: "/chat" },
  notification: { title: "New notification", navigate: "/notifications" },
  digest: { title: "New notifications", navigate: "/notifications" },
};

const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The payload as JSON, at most {@link PAYLOAD_MAX_BYTES} in UTF-8. What is too long is shortened at
 * the boundary of a character as people see it: first the list of tags goes, then the body's end,
 * then the title's. A push is never dropped for its size.
 */
export function buildPayload(whole: PushContent, context: PayloadContext): string {
  const { hidden } = context;
  const content = hidden === undefined ? whole : withoutContent(whole, hidden);
  const navigate = navigateTo(content.navigate, context.appOrigin);
  const tags = context.close.slice(0, CLOSE_MAX);
  const close = hidden === undefined ? tags : tags.map(topicOf);
  const make = (title: string, body: string, tags: readonly string[]) =>
    JSON.stringify({
      web_push: 8030,
      notification: {
        title,
        body,
        navigate,
        tag: content.tag,
        renotify: true,
        timestamp: content.timestamp,
        dir: "auto",
        icon: "/icons/icon-192.png",
        badge: "/icons/badge-96.png",
        data: {
          version: PAYLOAD_VERSION,
          dismiss: content.dismiss ?? null,
          close: tags,
          ...(hidden === undefined ? {} : { hidden }),
        },
      },
      app_badge: context.badge,
    });
  for (const tags of close.length > 0 ? [close, []] : [[]]) {
    const whole = make(content.title, content.body, tags);
    if (byteLength(whole) <= PAYLOAD_MAX_BYTES) return whole;
  }
  const title = shorten(
    content.title,
    (text) => byteLength(JSON.stringify(text)) <= TITLE_MAX_BYTES,
  );
  const body = shorten(
    content.body,
    (text) => byteLength(make(title, text, [])) <= PAYLOAD_MAX_BYTES,
  );
  return make(title, body, []);
}

/** No word, name, link or id of it; the tag is the hash that the Topic header tells anyway. */
function withoutContent({ tag, urgency, timestamp, badge }: PushContent, kind: PushSourceName) {
  return {
    ...GENERIC[kind],
    body: "",
    tag: topicOf(tag),
    urgency,
    timestamp,
    badge,
  } as PushContent;
}

/** Where a click leads: always this site; another site's link is shown on the notifications page. */
export function navigateTo(link: string, appOrigin: string | null): string {
  const base = appOrigin ?? "https://app.invalid";
  const url = URL.parse(link, base);
  const inside = url !== null && url.origin === base && byteLength(url.href) <= NAVIGATE_MAX_BYTES;
  const path = inside ? url.pathname + url.search + url.hash : FALLBACK_PATH;
  return appOrigin === null ? path : appOrigin + path;
}

/** The longest beginning of `text` that fits, with an ellipsis where something was cut off. */
export function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  let low = 0;
  let high = Math.min(text.length - 1, PAYLOAD_MAX_BYTES);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, middle) + "…")) low = middle;
    else high = middle - 1;
  }
  // Half of a family emoji is another picture, half of a surrogate pair none at all.
  const boundary = graphemes.segment(text).containing(low)?.index ?? low;
  return text.slice(0, boundary).trimEnd() + "…";
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
