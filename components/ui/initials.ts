/** What stands in for a picture or a whole name. */

const words = (name: string) =>
  withoutTitles(name).normalize("NFC").split(/[\s\p{Pd}_.]+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ""))
    .filter((word) => word !== "");

/** "Dr. Amira Hassan" → "Amira Hassan": without shortened words, where there are others. */
function withoutTitles(name: string): string {
  const rest = name.split(/\s+/).filter((word) => !/^\P{L}*\p{L}{2,}\.\P{L}*$/u.test(word));
  return rest.some((word) => /\p{L}/u.test(word)) ? rest.join(" ") : name;
}

/** The word that a person is called by in a line: "Amira" of "Dr. Amira Hassan". */
export function givenName(name: string): string {
  return withoutTitles(name).trim().split(/\s+/, 1)[0] ?? "";
}

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
