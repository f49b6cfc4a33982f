/** What stands in for a picture. */

const words = (name: string) =>
  name.normalize("NFC").split(/[\s\p{Pd}_.]+/u).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ""))
    .filter((word) => word !== "");

/** First and last initial ("AL"), one for a single word, "?" for a name without letters. */
export function initials(name: string, locale = "en"): string {
  const all = words(name);
  const first = all[0];
  if (!first) return "?";
  const last = all.length > 1 ? all[all.length - 1] ?? "" : "";
  const letter = (word: string) => [...word][0] ?? "";
  return (letter(first) + letter(last)).toLocaleUpperCase(locale);
}

/** How many avatar colours the tokens have. */
export const AVATAR_COLOURS = 10;

/** A colour that stays with an id: 0 to 9 (FNV-1a, 32 bits). */
export function avatarColour(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) {
    hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % AVATAR_COLOURS;
}
