/** Cursors of pages that are sorted by time: opaque outside. */
import { AppError } from "../shared/errors.ts";

/** Where a page ends: newest first, ties by id. */
export interface TimePlace {
  at: number;
  id: string;
}

/** True when `one` comes before `other`. */
export function comparePlaces(one: TimePlace, other: TimePlace): number {
  return other.at - one.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}

export function encodeCursor({ at, id }: TimePlace): string {
  return `${at.toString(36)}.${id}`;
}

/** Throws `invalid` for what no page has handed out. */
export function decodeCursor(cursor: string): TimePlace {
  const match = /^([0-9a-z]{1,11})\.([\w.:@|+=~-]{1,128})$/.exec(cursor);
  if (match) return { at: parseInt(match[1]!, 36), id: match[2]! };
  throw new AppError("invalid", "Cannot list: after is no cursor of this list", {
    issues: [{ path: "after", message: "must be what a page gave" }],
  });
}
