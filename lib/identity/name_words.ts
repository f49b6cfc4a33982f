/** Names as people search sees them. */

/** Words of one name that are indexed; a name has 80 characters at most. */
const WORDS_MAX = 10;
/** Characters of a word that count: one letter can become eighteen when it is taken apart. */
const WORD_MAX_CHARS = 32;

/**
 * The distinct words of a name or a query, in lower case and without accents ("Zoë Öz" finds
 * "zoe oz"), sorted.
 */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map(cut);
  return [...new Set(words)].slice(0, WORDS_MAX).sort();
}

/** Never half of a surrogate pair: a key keeps another letter in its place. */
function cut(word: string): string {
  const start = word.slice(0, WORD_MAX_CHARS);
  return start.isWellFormed() ? start : start.slice(0, -1);
}

/** True when each word of the query begins a word of the name. */
export function matchesAll(nameWords: readonly string[], queryWords: readonly string[]): boolean {
  return queryWords.every((query) => nameWords.some((word) => word.startsWith(query)));
}
