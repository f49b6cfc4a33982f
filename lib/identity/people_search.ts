/** People search: by the beginnings of the words of a name. */
import { z } from "zod";
import { idSchema } from "../shared/basics.ts";
import { AppError } from "../shared/errors.ts";
import type { Person } from "../shared/user_schema.ts";
import { keys } from "../kv/keys.ts";
import { matchesAll, wordsOf } from "./name_words.ts";
import { getUsers, parseUser, toPerson } from "./user_repository.ts";

/** Index rows that one page reads at most: a page may be short and still have a next one (R9). */
const SCAN_MAX = 500;
/** Profiles read at a time while a page fills. */
const STEP = 50;

const cursorSchema = z.tuple([z.string().max(128), idSchema]);
type Cursor = z.infer<typeof cursorSchema>;

/** A page of people; `after` continues it. */
export interface PeoplePage {
  people: Person[];
  after: string | null;
}

/**
 * Everybody whose name has, for each word of `query`, a word that begins with it; everybody when it
 * has none. It never looks at e-mail addresses: an exact match would tell who has an account.
 */
export async function searchPeople(
  kv: Deno.Kv,
  query: string,
  page: { limit: number; after?: string },
): Promise<PeoplePage> {
  const words = wordsOf(query);
  // The longest word leaves the fewest rows to look through.
  const prefix = words.toSorted((a, b) => b.length - a.length)[0];
  const cursor = page.after === undefined ? null : parseCursor(page.after, prefix ?? "");
  if (prefix === undefined && query.trim() !== "") return { people: [], after: null };
  return prefix === undefined
    ? await listEverybody(kv, page.limit, cursor)
    : await listByWord(kv, words, prefix, page.limit, cursor);
}

async function listEverybody(
  kv: Deno.Kv,
  limit: number,
  cursor: Cursor | null,
): Promise<PeoplePage> {
  const rows = kv.list<unknown>({
    prefix: keys.users(),
    ...(cursor ? { start: keys.user(cursor[1]) } : {}),
  }, { limit: limit + 2 });
  const people: Person[] = [];
  for await (const row of rows) {
    const user = parseUser(row.value);
    if (!user || user.id === cursor?.[1]) continue; // `start` is the last one that was told
    if (people.length === limit) return { people, after: cursorOf("", people.at(-1)?.id ?? "") };
    people.push(toPerson(user));
  }
  return { people, after: null };
}

async function listByWord(
  kv: Deno.Kv,
  words: string[],
  prefix: string,
  limit: number,
  cursor: Cursor | null,
): Promise<PeoplePage> {
  const people: Person[] = [];
  let last = cursor;
  for (let scanned = 0; scanned < SCAN_MAX; scanned += STEP) {
    const rows = await readStep(kv, prefix, last);
    const users = await getUsers(kv, rows.map(([, id]) => id));
    for (const [i, [word, id]] of rows.entries()) {
      const user = users[i];
      const nameWords = user ? wordsOf(user.name) : [];
      // A name with two fitting words is told at the first of them only.
      const isFirst = nameWords.find((own) => own.startsWith(prefix)) === word;
      if (user && isFirst && matchesAll(nameWords, words)) {
        if (people.length === limit) return { people, after: last && cursorOf(...last) };
        people.push(toPerson(user));
      }
      last = [word, id];
    }
    if (rows.length < STEP) return { people, after: null };
  }
  return { people, after: last && cursorOf(...last) };
}

async function readStep(kv: Deno.Kv, prefix: string, last: Cursor | null): Promise<Cursor[]> {
  const rows = kv.list({
    start: last ? keys.afterUserByWord(...last) : keys.userByWord(prefix, ""),
    end: keys.userByWord(`${prefix}\u{10ffff}`, ""),
  }, { limit: STEP });
  const found: Cursor[] = [];
  for await (const row of rows) found.push([String(row.key[1]), String(row.key[2])]);
  return found;
}

function cursorOf(word: string, id: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify([word, id]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A cursor of another query would start the list behind its end, which the store refuses. */
function parseCursor(text: string, prefix: string): Cursor {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return cursorSchema.refine(([word]) => word.startsWith(prefix))
      .parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new AppError("invalid", "Cannot continue the list: after is not what a page gave", {
      cause,
      issues: [{ path: "after", message: "is not what a page gave" }],
    });
  }
}
