/**
 * What this server tells the others: who is connected here, and who types. Changes gather while a
 * write is under way, so a thousand people who come at once are one write.
 */
import type { Clock, Timer } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys } from "../../kv/keys.ts";
import {
  type Bucket,
  BUCKET_MAX_CHARS,
  bucketOf,
  BUCKETS,
  NEWS_KEPT_MS,
  NEWS_MAX_CHARS,
  type PeerRow,
  type Whereabouts,
} from "./peer_rows.ts";

/** A server says that it lives at least this often. */
export const HEARTBEAT_MS = 2000;
/** Between writes. */
const PAUSE_MS = 50;
/** After a write that failed. */
const RETRY_MS = 1000;
/** Characters of buckets in one write; the rest follows in the next. */
const WRITE_MAX_CHARS = 250_000;
/** Typing frames that wait to be written; past it they are dropped. */
const TYPING_WAITING_MAX = 500;

/** What a board needs. */
export interface PeerBoardOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  /** Of this server, made at its start. */
  serverId: string;
}

/** News with the time at which they were written. */
interface Dated<T> {
  at: number;
  item: T;
  chars: number;
}

/** See the header of this module. */
export class PeerBoard {
  readonly #options: PeerBoardOptions;
  readonly #buckets = Array.from({ length: BUCKETS }, () => new Map<string, Whereabouts>());
  /** Not written yet: the latest state of each person. */
  #pending = new Map<string, { state: Whereabouts; at: number }>();
  #typing: [userId: string, conversationId: string, on: boolean][] = [];
  /** Buckets that must be written although nobody in them has changed. */
  #rewrite = new Set<number>();
  #row: { n: number; t: number; leaving: boolean } = { n: 0, t: 0, leaving: false };
  #changes: Dated<PeerRow["changes"][number]>[] = [];
  #told: Dated<PeerRow["typing"][number]>[] = [];
  /** Of the own row as it was written last; undefined: not known. */
  #versionstamp: string | null | undefined = null;
  #timer: { at: number; timer: Timer } | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(options: PeerBoardOptions) {
    this.#options = options;
  }

  start(): void {
    this.#writeAt(this.#options.clock.now());
  }

  /** Where somebody is now; cheap when that is no news. */
  set(userId: string, state: Whereabouts): void {
    const known = this.#pending.get(userId)?.state ??
      this.#buckets[bucketOf(userId)]!.get(userId) ?? "gone";
    if (known === state) return;
    const { clock } = this.#options;
    this.#pending.set(userId, { state, at: clock.now() });
    this.#writeAt(clock.now());
  }

  typing(userId: string, conversationId: string, on: boolean): void {
    if (this.#typing.length >= TYPING_WAITING_MAX) return;
    this.#typing.push([userId, conversationId, on]);
    this.#writeAt(this.#options.clock.now());
  }

  /** The last word. What is listed stays until the others find that this server is silent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.timer.cancel();
    await this.#writing;
    this.#row.leaving = true;
    await this.#write();
  }

  #writeAt(at: number): void {
    if (this.#closed || this.#writing || (this.#timer && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const { clock } = this.#options;
    const timer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#timer = null;
      this.#writing = this.#write().then((ok) => {
        this.#writing = null;
        const isMore = this.#pending.size + this.#typing.length + this.#rewrite.size > 0;
        this.#writeAt(clock.now() + (!ok ? RETRY_MS : isMore ? PAUSE_MS : HEARTBEAT_MS));
      });
    });
    this.#timer = { at, timer };
  }

  /** One write; false when it failed. Never throws. */
  async #write(): Promise<boolean> {
    const { kv, clock, serverId, log } = this.#options;
    try {
      if (this.#versionstamp === undefined) await this.#adopt();
      const now = clock.now();
      const { buckets, isRewritten } = this.#takeBuckets(now);
      const typing = this.#typing.splice(0);
      for (const [userId, conversationId, on] of typing) {
        const item: PeerRow["typing"][number] = [++this.#row.t, userId, conversationId, on];
        this.#told.push({ at: now, item, chars: userId.length + conversationId.length + 24 });
      }
      // Nobody is named for these rows, so whoever knows the number before this one reads them all.
      if (isRewritten) this.#row.n++;
      this.#changes = recent(this.#changes, now);
      this.#told = recent(this.#told, now);
      const row: PeerRow = {
        ...this.#row,
        changes: this.#changes.map(({ item }) => item),
        typing: this.#told.map(({ item }) => item),
      };
      const key = keys.peer(serverId);
      const atomic = kv.atomic().check({ key, versionstamp: this.#versionstamp ?? null })
        .set(key, row);
      for (const bucket of buckets) {
        const value = this.#bucket(bucket);
        if (value) atomic.set(keys.peerUsers(serverId, bucket), value);
        else atomic.delete(keys.peerUsers(serverId, bucket));
      }
      if (buckets.size + typing.length > 0 || row.leaving) {
        atomic.set(keys.peerBell(), `${serverId} ${row.n} ${row.t}`);
      }
      // Until it is known what became of it.
      this.#versionstamp = undefined;
      const result = await atomic.commit();
      if (result.ok) this.#versionstamp = result.versionstamp;
      return result.ok;
    } catch (error) {
      log.warn("The other servers could not be told who is here", errorFields(error));
      return false;
    }
  }

  /** Others took this server for dead and cleared its rows, or a write's outcome is not known. */
  async #adopt(): Promise<void> {
    const { kv, serverId } = this.#options;
    const entry = await kv.get(keys.peer(serverId), { consistency: "strong" });
    this.#versionstamp = entry.versionstamp;
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#rewrite.add(bucket);
  }

  /** Takes pending changes in, with the buckets that they touch, as many as one write holds. */
  #takeBuckets(now: number): { buckets: Set<number>; isRewritten: boolean } {
    const buckets = new Set<number>();
    let room = WRITE_MAX_CHARS;
    for (const [userId, { state, at }] of this.#pending) {
      const bucket = bucketOf(userId);
      if (!buckets.has(bucket)) {
        if (room <= 0) continue;
        buckets.add(bucket);
        room -= charsOf(this.#buckets[bucket]!);
      }
      this.#pending.delete(userId);
      const users = this.#buckets[bucket]!;
      if (state === "gone") users.delete(userId);
      else users.set(userId, state);
      const item: PeerRow["changes"][number] = [++this.#row.n, userId, state, at];
      this.#changes.push({ at: now, item, chars: userId.length + 48 });
    }
    const before = this.#rewrite.size;
    for (const bucket of this.#rewrite) {
      if (room <= 0) break;
      this.#rewrite.delete(bucket);
      if (buckets.has(bucket)) continue;
      buckets.add(bucket);
      room -= charsOf(this.#buckets[bucket]!);
    }
    return { buckets, isRewritten: this.#rewrite.size < before };
  }

  #bucket(index: number): Bucket | null {
    const users = this.#buckets[index]!;
    if (users.size === 0) return null;
    const bucket: Bucket = { hidden: [], visible: [] };
    let chars = 0;
    for (const [userId, state] of users) {
      chars += userId.length + 8;
      if (chars > BUCKET_MAX_CHARS) break;
      bucket[state === "visible" ? "visible" : "hidden"].push(userId);
    }
    return bucket;
  }
}

function charsOf(users: ReadonlyMap<string, unknown>): number {
  let chars = 100;
  for (const userId of users.keys()) chars += userId.length + 8;
  return Math.min(chars, BUCKET_MAX_CHARS);
}

/** The latest of `dated`, none too old, and not more than half of what a row holds. */
function recent<T>(dated: readonly Dated<T>[], now: number): Dated<T>[] {
  let chars = 0;
  let from = dated.length;
  while (from > 0) {
    const { at, chars: more } = dated[from - 1]!;
    if (at < now - NEWS_KEPT_MS || chars + more > NEWS_MAX_CHARS / 2) break;
    chars += more;
    from--;
  }
  return dated.slice(from);
}
