/** What a conversation is called, and where it is. */
import type { Conversation, Message } from "../../lib/shared/message_schema.ts";
import type { Catalogue } from "../../lib/shared/i18n/mod.ts";

/** The partner's or the room's name. */
export function conversationName(row: Conversation): string {
  return row.partner?.name ?? row.room?.name ?? "";
}

/** The address of a conversation's page. */
export function conversationPath(id: string): string {
  return `/chat/${encodeURIComponent(id)}`;
}

/** The id in a path that {@link conversationPath} made; null for every other path. */
export function conversationIdOf(path: string): string | null {
  const found = /^\/chat\/([^/]+)\/?$/.exec(path)?.[1];
  if (found === undefined) return null;
  try {
    return decodeURIComponent(found);
  } catch {
    return null;
  }
}

/** A message in one line, as lists and quotes show it. */
export function oneLine(message: Message, t: Catalogue): string {
  if (message.deletedAt !== null) return t.message.deleted;
  // A row shows some eighty characters: the rest need not be laid out.
  return message.content.slice(0, 200).replace(/\s+/g, " ");
}

/** True when a text names somebody by "@" and a word of their name. */
export function mentions(text: string, name: string): boolean {
  const lower = text.toLocaleLowerCase();
  if (!lower.includes("@")) return false;
  const words = name.toLocaleLowerCase().split(/\s+/).filter((word) => word.length > 1);
  return [words.join(" "), ...words].some((word) => {
    if (word === "") return false;
    const at = lower.indexOf(`@${word}`);
    return at >= 0 && !/[\p{L}\p{N}]/u.test(lower.charAt(at + word.length + 1));
  });
}
