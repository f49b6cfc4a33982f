/** Which logs somebody has, and from where on: the ground of every count and list. */
import { AppError } from "../shared/errors.ts";
import type { UserService } from "../identity/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { BellRows, Hides, RememberedRows } from "./bell_rows.ts";
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
/** States of untouched logs that are remembered. */
const UNTOUCHED_KEPT = 50_000;

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
  rooms: Pick<RoomService, "placesOf" | "peekPlaces">;
}

/** Reads bells. */
export class BellReader {
  /** By {@link untouchedKey}. */
  readonly #untouched = new Map<string, LogState>();

  constructor(private readonly options: BellReaderOptions) {}

  /** The bell of `userId` out of `rows`. */
  async read(rows: BellRows, userId: string): Promise<Bell> {
    const joined = joinedLogs(userId, await this.options.rooms.placesOf(userId));
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

  /** The same out of memory, for telling many people of one thing; null where it takes a read. */
  peek(rows: RememberedRows, userId: string): Bell | null {
    const places = this.options.rooms.peekPlaces(userId);
    const inbox = rows.peekInbox(userId);
    const hides = rows.peekHides(userId);
    if (!places || !inbox || hides === undefined) return null;
    const logs: OwnLog[] = [];
    for (const [name, joinedAt] of joinedLogs(userId, places)) {
      const head = rows.peekHead(name);
      if (!head) return null;
      if (head.count === 0) continue;
      const state = storedState(inbox, name, joinedAt) ??
        this.#untouched.get(untouchedKey(userId, name, joinedAt));
      if (!state || (hides && state.scanned < head.count)) return null;
      logs.push({ name, ...head, state });
    }
    return { inbox, logs, hides };
  }

  async #stateOf(
    userId: string,
    name: LogName,
    head: LogRow,
    joinedAt: number | null,
    inbox: InboxRow,
  ): Promise<LogState> {
    const stored = storedState(inbox, name, joinedAt);
    if (stored) return stored;
    const key = untouchedKey(userId, name, joinedAt);
    const known = this.#untouched.get(key);
    if (known) return known;
    const since = joinedAt ?? await this.#signedUpAt(userId);
    const state = newLogState(since, await this.#startOf(name, head, since));
    this.#untouched.set(key, state);
    const [oldest] = this.#untouched.keys();
    if (this.#untouched.size > UNTOUCHED_KEPT && oldest !== undefined) {
      this.#untouched.delete(oldest);
    }
    return state;
  }

  async #signedUpAt(userId: string): Promise<number> {
    return Date.parse((await this.options.users.requireUser(userId)).createdAt);
  }

  /** How many entries a log had when somebody came to it. */
  async #startOf(name: LogName, head: LogRow, since: number): Promise<number> {
    if (since === 0) return 0;
    const last = await findLast(this.options.kv, name, head.lastSeq, (entry) => entry.at < since);
    return last?.ord ?? 0;
  }
}

/** The logs of somebody who is in these rooms, with when they joined (ms); null: by signing up. */
function joinedLogs(
  userId: string,
  places: { roomId: string; joinedAt: number }[],
): Map<LogName, number | null> {
  const joined = new Map<LogName, number | null>([[personalLog(userId), 0], [BROADCAST_LOG, null]]);
  if (places.length > ROOMS_IN_BELL) places.sort((a, b) => b.joinedAt - a.joinedAt);
  for (const { roomId, joinedAt } of places.slice(0, ROOMS_IN_BELL)) {
    joined.set(roomLog(roomId), joinedAt);
  }
  return joined;
}

/** Whoever left a room and came again starts afresh: what was sent between is not theirs. */
function storedState(inbox: InboxRow, name: LogName, joinedAt: number | null): LogState | null {
  const stored = inbox.logs[name];
  return stored && (joinedAt === null || stored.joinedAt === joinedAt) ? stored : null;
}

/** When somebody signed up never changes, so it need not be in it. */
function untouchedKey(userId: string, name: LogName, joinedAt: number | null): string {
  return `${userId} ${name} ${joinedAt ?? ""}`;
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
