/** Which logs somebody has, and from where on: the ground of every count and list. */
import { AppError } from "../shared/errors.ts";
import type { UserService } from "../identity/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { BellRows } from "./bell_rows.ts";
import { newLogState, type OwnLog } from "./inbox.ts";
import { findLast } from "./log_search.ts";
import {
  BROADCAST_LOG,
  type InboxRow,
  type LogName,
  type LogRow,
  personalLog,
  roomLog,
} from "./notification_rows.ts";

/** Rooms whose notifications one person's bell shows: those joined last. */
export const ROOMS_IN_BELL = 300;
/** Starts of untouched logs that are remembered. */
const STARTS_KEPT = 50_000;

/** What somebody has. */
export interface Bell {
  inbox: InboxRow;
  /** Logs with at least one entry. */
  logs: OwnLog[];
}

/** What {@link BellReader} needs. */
export interface BellReaderOptions {
  kv: Deno.Kv;
  users: Pick<UserService, "requireUser">;
  rooms: Pick<RoomService, "placesOf">;
}

/** Reads bells. */
export class BellReader {
  readonly #starts = new Map<string, number>();

  constructor(private readonly options: BellReaderOptions) {}

  /** The bell of `userId` out of `rows`. */
  async read(rows: BellRows, userId: string): Promise<Bell> {
    const places = (await this.options.rooms.placesOf(userId))
      .sort((a, b) => b.joinedAt - a.joinedAt).slice(0, ROOMS_IN_BELL);
    const joined = new Map<LogName, number | null>([
      [personalLog(userId), 0],
      [BROADCAST_LOG, null],
      ...places.map(({ roomId, joinedAt }) => [roomLog(roomId), joinedAt] as const),
    ]);
    const names = [...joined.keys()];
    const [inbox, heads] = await Promise.all([rows.inbox(userId), rows.heads(names)]);
    const logs = await Promise.all(names.map(async (name, i): Promise<OwnLog[]> => {
      const head = heads[i];
      if (!head || head.count === 0) return [];
      const state = await this.#stateOf(userId, name, head, joined.get(name) ?? null, inbox);
      return [{ name, ...head, state }];
    }));
    return { inbox, logs: logs.flat() };
  }

  async #stateOf(
    userId: string,
    name: LogName,
    head: LogRow,
    joinedAt: number | null,
    inbox: InboxRow,
  ) {
    const stored = inbox.logs[name];
    // Whoever left a room and came again starts afresh: what was sent between is not theirs.
    if (stored && (joinedAt === null || stored.joinedAt === joinedAt)) return stored;
    const since = joinedAt ?? await this.#signedUpAt(userId);
    return newLogState(since, await this.#startOf(userId, name, head, since));
  }

  async #signedUpAt(userId: string): Promise<number> {
    return Date.parse((await this.options.users.requireUser(userId)).createdAt);
  }

  /** How many entries a log had when somebody came to it. */
  async #startOf(userId: string, name: LogName, head: LogRow, since: number): Promise<number> {
    if (since === 0) return 0;
    const key = `${userId} ${name} ${since}`;
    const known = this.#starts.get(key);
    if (known !== undefined) return known;
    const last = await findLast(this.options.kv, name, head.lastSeq, (entry) => entry.at < since);
    const start = last?.ord ?? 0;
    this.#starts.set(key, start);
    const [oldest] = this.#starts.keys();
    if (this.#starts.size > STARTS_KEPT && oldest !== undefined) this.#starts.delete(oldest);
    return start;
  }
}

/** What somebody may not know of and what is not there look the same (R8). */
export function noNotification(what: string): AppError {
  return new AppError("not_found", `Cannot ${what}: no such notification`);
}
