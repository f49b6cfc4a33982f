/** Reads plain text: where its links are, and whether it is nothing but emoji. */

/** A run of a text. */
export type TextPart =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string };

// Bounded repeats, so that a long run of letters costs no more than its length.
const CANDIDATE =
  /(?<![\p{L}\p{N}@/])(?:(?:https?:\/\/|www\.)[^\s<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2048}|[\w.+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63})/giu;
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/**
 * Splits a text into plain runs and links: http and https addresses, `www.` ones and mail. Joined,
 * the parts' texts are the text again. Nothing else becomes a link: no other scheme, and no address
 * with a user name, behind which another host can hide. A link ends at a character that changes the
 * direction of what follows it, because it could show an address that is not the one that opens.
 */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    if (index < at) continue;
    const shown = withoutTail(found);
    const href = addressOf(shown);
    if (href === null) continue;
    if (index > at) parts.push({ kind: "text", text: text.slice(at, index) });
    parts.push({ kind: "link", text: shown, href });
    at = index + shown.length;
  }
  if (at < text.length || parts.length === 0) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

/** Without the sentence's own punctuation, and without a bracket that was opened before it. */
function withoutTail(found: string): string {
  let end = found.length;
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    const opening = CLOSING[last];
    if (opening !== undefined) {
      const inside = found.slice(0, end);
      if (countOf(inside, opening) >= countOf(inside, last)) break;
    } else if (!/[.,:;!?'*_~|\u2019\u201c\u201d\u00bb\u2026]/.test(last)) break;
  }
  return found.slice(0, end);
}

const countOf = (text: string, character: string) => text.split(character).length - 1;

function addressOf(shown: string): string | null {
  if (/^[^/:]+@/.test(shown)) return `mailto:${shown}`;
  const href = /^www\./i.test(shown) ? `https://${shown}` : shown;
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  const named = /^www\./i.test(shown) ? /^www\.[^.]+\../i.test(url.hostname) : url.hostname !== "";
  return named && url.username === "" && url.password === "" ? url.href : null;
}

// Strings, because the linter's parser does not know the properties of emoji (UTS #51).
const PICTOGRAPH = "\\p{Extended_Pictographic}(?:\\p{EMod}|\\uFE0F)?";
const EMOJI = `(?:${PICTOGRAPH}(?:\\u200D${PICTOGRAPH})*|\\p{RI}{2}|[0-9#*]\\uFE0F?\\u20E3)`;
const ONLY_EMOJI = new RegExp(`^(?:${EMOJI}\\s*){1,6}$`, "u");
// Digits, © and the like count as pictographs only when they ask to be drawn as one.
const TEXT_SYMBOLS = /^[\d\s#*©®™‼⁉↔-⇿〰〽]*$/u;

/** True for one to six emoji and nothing else: shown larger, without a bubble. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 100 && ONLY_EMOJI.test(text) && !TEXT_SYMBOLS.test(text);
}
