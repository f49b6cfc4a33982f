/** Turns the audience of a request into those who get it. */
import { AppError } from "../shared/errors.ts";
import type { Audience } from "../shared/notification_schema.ts";
import type { UserService } from "../identity/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { Addressee } from "./notification_events.ts";
import { canNotifyRoom } from "./notification_policy.ts";
import type { Sender } from "./scheduled_row.ts";

/** People of one commit: each takes two rows, and a hundred stay far below an atomic's limits. */
const PEOPLE_PER_WRITE = 100;
const COUNT_PAGE = 500;

/** What {@link resolveRecipients} needs. */
export interface RecipientsOptions {
  users: Pick<UserService, "exists" | "getPeople" | "listIds">;
  rooms: Pick<RoomService, "memberIds">;
}

/** Splits an audience into writes; the same audience always into the same ones. */
export function toAddressees(to: Audience): Addressee[] {
  if ("room" in to) return [{ kind: "room", roomId: to.room }];
  if ("broadcast" in to) return [{ kind: "broadcast" }];
  const userIds = "userId" in to ? [to.userId] : [...new Set(to.userIds)];
  const parts: Addressee[] = [];
  for (let i = 0; i < userIds.length; i += PEOPLE_PER_WRITE) {
    parts.push({ kind: "users", userIds: userIds.slice(i, i + PEOPLE_PER_WRITE) });
  }
  return parts;
}

/**
 * How many people the audience is now. `not_found`, naming the field, for a person or room that
 * does not exist or that the caller may not know of (R8).
 */
export async function countRecipients(
  { users, rooms }: RecipientsOptions,
  by: Sender,
  to: Audience,
): Promise<number> {
  if ("userId" in to) {
    if (await users.exists(to.userId)) return 1;
    throw unknown([{ path: "to.userId", message: "no such person" }]);
  }
  if ("room" in to) {
    const memberIds = await rooms.memberIds(to.room);
    if (memberIds !== null && canNotifyRoom(by, memberIds)) return memberIds.length;
    throw unknown([{ path: "to.room", message: "no such room" }]);
  }
  if ("userIds" in to) {
    const known = new Set((await users.getPeople([...new Set(to.userIds)])).map(({ id }) => id));
    const issues = to.userIds.flatMap((id, i) =>
      known.has(id) ? [] : [{ path: `to.userIds.${i}`, message: "no such person" }]
    );
    if (issues.length === 0) return known.size;
    throw unknown(issues.slice(0, 20));
  }
  return await countEverybody(users);
}

async function countEverybody(users: RecipientsOptions["users"]): Promise<number> {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const ids = await users.listIds({ limit: COUNT_PAGE, after });
    count += ids.length;
    after = ids.at(-1);
    if (after === undefined) return count;
  }
}

function unknown(issues: { path: string; message: string }[]): AppError {
  const [first] = issues;
  return new AppError(
    "not_found",
    `Cannot send the notification: ${first?.path}: ${first?.message}`,
    { issues },
  );
}
