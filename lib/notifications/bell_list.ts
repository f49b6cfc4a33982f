/** Lists somebody's notifications over all their logs, newest first, reading little beside the page. */
import { keys } from "../kv/keys.ts";
import { getRows } from "../kv/transact.ts";
import type { Notification } from "../shared/notification_schema.ts";
import type { Bell } from "./bell_reader.ts";
import {
  type Filter,
  isArchived,
  isRead,
  isSeen,
  lastWanted,
  markedAt,
  type OwnLog,
} from "./inbox.ts";
import { findLast, getEntryBefore } from "./log_search.ts";
import { idInLog } from "./notification_id.ts";
import {
  contentSchema,
  type EntryRow,
  entrySchema,
  type InboxRow,
  type NotificationContent,
  type TimesRow,
} from "./notification_rows.ts";

/** Entries that are read over before it is cheaper to search for the next wanted one. */
const WALK_MAX = 64;

/** An entry with the log it lies in. */
export interface Listed {
  log: OwnLog;
  entry: EntryRow;
}

/** Walks down one log. Reads nothing until it is needed. */
class LogCursor {
  #rows: EntryRow[] = [];
  #loaded = false;
  /** Nothing at or above it is left. */
  #before: number;
  #done = false;

  constructor(
    private readonly kv: Deno.Kv,
    readonly log: OwnLog,
    private readonly filter: Filter,
    before: number,
    private readonly batch: number,
  ) {
    this.#before = Math.min(before, log.lastSeq + 1);
  }

  /** No entry that is left has a greater seq; 0 when none is. */
  get bound(): number {
    const [first] = this.#rows;
    if (first) return first.seq;
    return this.#done ? 0 : this.#before - 1;
  }

  /** True when {@link bound} is the seq of an entry that is at hand. */
  get ready(): boolean {
    return this.#rows.length > 0;
  }

  take(): EntryRow | undefined {
    const entry = this.#rows.shift();
    if (entry) this.#before = entry.seq;
    return entry;
  }

  async load(): Promise<void> {
    if (!this.#loaded) {
      this.#loaded = true;
      await this.#jump();
    }
    while (this.#rows.length === 0 && !this.#done) await this.#read();
  }

  /** To the first wanted entry, when that is far from the newest. */
  async #jump(): Promise<void> {
    const { name, count, lastSeq } = this.log;
    const newest = this.#before > lastSeq
      ? { ord: count, seq: lastSeq }
      : await getEntryBefore(this.kv, name, this.#before);
    if (newest === null) this.#done = true;
    else await this.#goTo(newest.ord, newest.seq);
  }

  /** The next entry to look at is `ord`, whose seq is at most `seq`. */
  async #goTo(ord: number, seq: number): Promise<void> {
    const wanted = lastWanted(this.log.state, this.filter, ord);
    if (wanted === null) {
      this.#done = true;
    } else if (ord - wanted > WALK_MAX) {
      const entry = await findLast(this.kv, this.log.name, seq, (other) => other.ord <= wanted);
      this.#before = (entry?.seq ?? 0) + 1;
    } else this.#before = seq + 1;
  }

  async #read(): Promise<void> {
    const { name, state } = this.log;
    const selector = {
      prefix: keys.notifications(name),
      end: keys.notification(name, this.#before),
    };
    let last: EntryRow | null = null;
    for await (const { value } of this.kv.list(selector, { limit: this.batch, reverse: true })) {
      last = entrySchema.parse(value);
      if (lastWanted(state, this.filter, last.ord) === last.ord) this.#rows.push(last);
    }
    if (last === null) this.#done = true;
    else if (this.#rows.length === 0) await this.#goTo(last.ord - 1, last.seq - 1);
  }
}

/** The newest `limit` entries with a seq below `before`, over all logs. */
export async function listEntries(
  kv: Deno.Kv,
  { logs }: Bell,
  { filter, limit, before }: { filter: Filter; limit: number; before?: number },
): Promise<Listed[]> {
  const batch = Math.min(limit, WALK_MAX) + 1;
  const cursors = logs.map((log) => new LogCursor(kv, log, filter, before ?? Infinity, batch));
  const listed: Listed[] = [];
  while (listed.length < limit) {
    let highest: LogCursor | null = null;
    for (const cursor of cursors) {
      if (cursor.bound > (highest?.bound ?? 0)) highest = cursor;
    }
    if (highest === null) break;
    if (!highest.ready) {
      await highest.load();
      continue;
    }
    const entry = highest.take();
    if (entry) listed.push({ log: highest.log, entry });
  }
  return listed;
}

/** The listed entries as their reader sees them. */
export async function present(
  kv: Deno.Kv,
  userId: string,
  inbox: InboxRow,
  listed: readonly Listed[],
): Promise<Notification[]> {
  const [contents, times] = await Promise.all([
    readContents(kv, listed),
    readTimes(kv, userId, listed),
  ]);
  return listed.flatMap(({ log, entry }) => {
    const content = entry.content ?? contents.get(entry.seq);
    return content ? [toNotification(log, entry, content, inbox, times.get(entry.seq) ?? {})] : [];
  });
}

function toNotification(
  { name, state }: OwnLog,
  { seq, ord, at }: EntryRow,
  content: NotificationContent,
  inbox: InboxRow,
  times: TimesRow,
): Notification {
  const iso = (ms: number | null) => ms === null ? null : new Date(ms).toISOString();
  const readAt = isRead(state, ord) ? times.readAt ?? markedAt(inbox.readMarks, seq) ?? at : null;
  const seenAt = isSeen(state, ord) ? markedAt(inbox.seenMarks, seq) ?? readAt ?? at : null;
  const archivedAt = isArchived(state, ord) ? times.archivedAt ?? readAt ?? at : null;
  return {
    id: idInLog(name, seq),
    seq,
    ...content,
    createdAt: new Date(at).toISOString(),
    seenAt: iso(readAt !== null && seenAt !== null ? Math.min(readAt, seenAt) : seenAt),
    readAt: iso(readAt),
    archivedAt: iso(archivedAt),
  };
}

async function readContents(kv: Deno.Kv, listed: readonly Listed[]) {
  const shared = listed.filter(({ entry }) => entry.content === null).map(({ entry }) => entry.seq);
  const rows = await getRows(kv, shared.map((seq) => keys.notificationContent(seq)));
  return new Map(
    rows.flatMap(({ value }, i): [number, NotificationContent][] =>
      value === null ? [] : [[shared[i] ?? 0, contentSchema.parse(value)]]
    ),
  );
}

async function readTimes(kv: Deno.Kv, userId: string, listed: readonly Listed[]) {
  const touched = listed.filter(({ log, entry }) => isRead(log.state, entry.ord))
    .map(({ entry }) => entry.seq);
  const rows = await getRows<TimesRow>(kv, touched.map((seq) => keys.inboxTimes(userId, seq)));
  return new Map(
    rows.flatMap(({ value }, i): [number, TimesRow][] =>
      value === null ? [] : [[touched[i] ?? 0, value]]
    ),
  );
}
