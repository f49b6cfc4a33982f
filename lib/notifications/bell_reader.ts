/** Which logs somebody has, and from where on: the ground of every count and list. */
import { AppError } from "../shared/errors.ts";
import type { UserService } from "../identity/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { BellRows, Hides } from "./bell_rows.ts";
import { newLogState, type OwnLog, withHidden } from "./inbox.ts";
import { add, EMPTY } from "./interval_set.ts";
import { findLast } from "./log_search.ts";
import {
  BROADCAST_LOG,
  type InboxRow,
  type LogName,
  type LogRow,
  type LogState,
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
  /** Which categories are kept out of it; null where none. */
  hides: Hides | null;
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
    const [inbox, heads, hides] = await Promise.all([
      rows.inbox(userId),
      rows.heads(names),
      rows.hides(userId),
    ]);
    const logs = await Promise.all(names.map(async (name, i): Promise<OwnLog[]> => {
      const head = heads[i];
      if (!head || head.count === 0) return [];
      const state = await this.#stateOf(userId, name, head, joined.get(name) ?? null, inbox);
      return [{ name, ...head, state: hides ? await scan(rows, name, head, state, hides) : state }];
    }));
    return { inbox, logs: logs.flat(), hides };
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

/** The state with the entries looked at that came since it was stored: costs what was missed. */
async function scan(
  rows: BellRows,
  name: LogName,
  { count }: LogRow,
  state: LogState,
  hides: Hides,
): Promise<LogState> {
  if (state.scanned >= count) return state;
  const entries = await rows.categories(name, state.scanned);
  let hidden = EMPTY;
  for (const { ord, category } of entries) {
    if (ord <= count && hides(category)) hidden = add(hidden, ord, ord);
  }
  return withHidden(state, hidden, count);
}

/** What somebody may not know of and what is not there look the same (R8). */
export function noNotification(what: string): AppError {
  return new AppError("not_found", `Cannot ${what}: no such notification`);
}
