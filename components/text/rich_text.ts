/** Reads plain text: where its links are, and whether it is nothing but emoji. */
import { find } from "linkifyjs";

/** A run of a text. */
export type TextPart =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string };

/** Only these become links; whatever else a parser may find stays text. */
const SAFE = /^(https?:\/\/|mailto:)/i;

/**
 * Splits a text into plain runs and links (web and mail addresses). Joined, the parts' texts are
 * the text again. `javascript:` and other schemes never become a link.
 */
export function textParts(text: string): TextPart[] {
  // The parser walks the text letter by letter: most messages hold nothing that could be an address.
  if (!/[.:@]/.test(text)) return [{ kind: "text", text }];
  const parts: TextPart[] = [];
  let at = 0;
  for (const found of find(text, { defaultProtocol: "https" })) {
    if (found.type !== "url" && found.type !== "email") continue;
    if (!SAFE.test(found.href)) continue;
    if (found.start > at) parts.push({ kind: "text", text: text.slice(at, found.start) });
    parts.push({ kind: "link", text: found.value, href: found.href });
    at = found.end;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

const EMOJI =
  /(?:\p{Extended_Pictographic}(?:\p{EMod}|\uFE0F)?(?:\u200D\p{Extended_Pictographic}(?:\p{EMod}|\uFE0F)?)*|\p{RI}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const ONLY_EMOJI = new RegExp(`^(?:${EMOJI.source}\\s*){1,6}$`, "u");
// Digits, © and the like count as pictographs only when they ask to be drawn as one.
const TEXT_SYMBOLS = /^[\d\s#*©®™‼⁉↔-⇿〰〽]*$/u;

/** True for one to six emoji and nothing else: shown larger, without a bubble. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 100 && ONLY_EMOJI.test(text) && !TEXT_SYMBOLS.test(text);
}
