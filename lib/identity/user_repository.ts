/** Rows of accounts and profiles. Parsed on the way in; nobody else reads them. */
import { z } from "zod";
import { idSchema, nameSchema } from "../shared/basics.ts";
import { avatarSchema, type Person, roleSchema, type User } from "../shared/user_schema.ts";
import { keys } from "../kv/keys.ts";
import { getRows } from "../kv/transact.ts";
import { wordsOf } from "./name_words.ts";

const storedUserSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  /** One that may not be shown any more is none. */
  avatar: avatarSchema.nullable().catch(null),
  /** Null: a host platform's user, who has no password here. */
  email: z.string().nullable(),
  role: roleSchema,
  /** Milliseconds. */
  createdAt: z.number(),
  /** What the last token of a host platform said, so that only a change of it is taken over. */
  claims: z.strictObject({ name: z.string().nullable(), avatar: z.string().nullable() }).nullable(),
});
/** A profile as stored. */
export type StoredUser = z.infer<typeof storedUserSchema>;

/** Parses a row; null for a missing one. */
export function parseUser(value: unknown): StoredUser | null {
  return value === null ? null : storedUserSchema.parse(value);
}

/** Reads one profile. */
export async function getUser(kv: Deno.Kv, userId: string): Promise<StoredUser | null> {
  return parseUser((await kv.get(keys.user(userId))).value);
}

/** Reads profiles in the order asked for, null where there is none. */
export async function getUsers(
  kv: Deno.Kv,
  userIds: readonly string[],
): Promise<(StoredUser | null)[]> {
  const rows = await getRows<unknown>(kv, userIds.map((id) => keys.user(id)));
  return rows.map((row) => parseUser(row.value));
}

/** Both a transaction and a journal's view. */
interface Writer {
  set(key: Deno.KvKey, value: unknown): void;
  delete(key: Deno.KvKey): void;
}

/** Writes a profile and its search rows, `before` being what is stored now. */
export function putUser(writer: Writer, before: StoredUser | null, user: StoredUser): void {
  writer.set(keys.user(user.id), user);
  const old = new Set(before ? wordsOf(before.name) : []);
  const now = new Set(wordsOf(user.name));
  for (const word of old.difference(now)) writer.delete(keys.userByWord(word, user.id));
  for (const word of now.difference(old)) writer.set(keys.userByWord(word, user.id), 1);
}

/** What everybody may see. */
export function toPerson({ id, name, avatar }: StoredUser): Person {
  return { id, name, avatar };
}

/** What the person sees, with the role that is in force. */
export function toUser(user: StoredUser, role: User["role"]): User {
  return {
    ...toPerson(user),
    email: user.email,
    role,
    createdAt: new Date(user.createdAt).toISOString(),
  };
}
