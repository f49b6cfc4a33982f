/**
 * What the other servers tell, in memory. A server that has been silent for its lease is taken for
 * dead: its people are gone, and its rows are cleared. Silence is measured by the own clock and only
 * while the store answers, so neither a clock that is wrong nor a store that was away kills anybody.
 */
import { type Clock } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys } from "../../kv/keys.ts";
import {
  bucketSchema,
  type PeerRow,
  peerRowSchema,
  type Whereabouts,
  whereaboutsSchema,
} from "./peer_rows.ts";

/** A server that says nothing for so long is dead. */
export const LEASE_MS = 10_000;
/** One that has said nothing for so long shows nobody anything: pushes are not held back for it. */
const VISIBLE_FOR_MS = 5000;
/** More time than this between two polls was not silence of the others but of the store. */
const POLL_MAX_MS = 2500;
/** Servers that are looked at. */
const PEERS_MAX = 100;

/** What a mirror needs. */
export interface PeerMirrorOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  /** Of this server: its own rows are not news. */
  serverId: string;
  /** Somebody has come to, or gone from, the other servers as a whole; `at` is when, in ms. */
  changed(userId: string, online: boolean, at: number): void;
  typing(userId: string, conversationId: string, on: boolean): void;
}

interface Peer {
  versionstamp: string;
  n: number;
  t: number;
  /** Everybody there; true: with a window that can be seen. */
  users: Map<string, boolean>;
  leaving: boolean;
  silentMs: number;
}

/** See the header of this module. */
export class PeerMirror {
  readonly #options: PeerMirrorOptions;
  #peers = new Map<string, Peer>();
  /** Versions of rows whose server is dead and that could not be cleared yet. */
  #dead = new Map<string, string>();
  #reading: Promise<void> | null = null;
  #again: "watch" | "poll" | null = null;
  #polledAt: number | null = null;
  #closed = false;

  constructor(options: PeerMirrorOptions) {
    this.#options = options;
  }

  isOnline(userId: string): boolean {
    for (const { users } of this.#peers.values()) if (users.has(userId)) return true;
    return false;
  }

  isVisible(userId: string): boolean {
    for (const { users, leaving, silentMs } of this.#peers.values()) {
      if (!leaving && silentMs < VISIBLE_FOR_MS && users.get(userId) === true) return true;
    }
    return false;
  }

  /** There may be news; one look at a time. */
  look(by: "watch" | "poll"): void {
    if (this.#closed) return;
    if (this.#reading) {
      this.#again = this.#again === "poll" ? "poll" : by;
      return;
    }
    this.#reading = this.#read(by)
      .catch((error) => {
        this.#polledAt = null;
        if (this.#closed) return;
        this.#options.log.warn("The other servers could not be read", errorFields(error));
      })
      .finally(() => {
        this.#reading = null;
        const again = this.#again;
        this.#again = null;
        if (again) this.look(again);
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reading;
  }

  async #read(by: "watch" | "poll"): Promise<void> {
    const { kv, serverId, log } = this.#options;
    const seen = new Set<string>();
    const fresh = new Set<string>();
    const rows = kv.list<unknown>({ prefix: keys.peers() }, {
      limit: PEERS_MAX,
      batchSize: PEERS_MAX,
    });
    for await (const { key, value, versionstamp } of rows) {
      if (this.#closed) return;
      const id = String(key[1]);
      if (id === serverId) continue;
      seen.add(id);
      if (
        this.#dead.get(id) === versionstamp || this.#peers.get(id)?.versionstamp === versionstamp
      ) {
        continue;
      }
      const parsed = peerRowSchema.safeParse(value);
      if (!parsed.success) {
        log.warn("The row of another server can't be read", { server: id });
        continue;
      }
      fresh.add(id);
      this.#dead.delete(id);
      await this.#take(id, parsed.data, versionstamp);
    }
    for (const id of [...this.#peers.keys()]) if (!seen.has(id)) this.#drop(id);
    for (const id of [...this.#dead.keys()]) if (!seen.has(id)) this.#dead.delete(id);
    if (by === "poll") await this.#countSilence(fresh);
  }

  async #take(id: string, row: PeerRow, versionstamp: string): Promise<void> {
    const known = this.#peers.get(id);
    const peer: Peer = known ??
      { versionstamp, n: 0, t: row.t, users: new Map(), leaving: false, silentMs: 0 };
    if (!known) this.#peers.set(id, peer);
    const news = row.changes.filter(([n]) => n > peer.n);
    if (row.n - peer.n === news.length) {
      for (const [, userId, state, at] of news) this.#apply(peer, userId, state, at);
    } else await this.#readBuckets(id, peer);
    const typing = row.typing.filter(([t]) => t > peer.t);
    Object.assign(peer, { versionstamp, n: row.n, t: row.t, leaving: row.leaving, silentMs: 0 });
    for (const [, userId, conversationId, on] of typing) {
      this.#options.typing(userId, conversationId, on);
    }
  }

  /** More has changed than the row tells: everybody is read. */
  async #readBuckets(id: string, peer: Peer): Promise<void> {
    const { kv, clock } = this.#options;
    const now = new Map<string, Whereabouts>();
    const rows = kv.list<unknown>({ prefix: keys.peerUsersOf(id) }, { batchSize: 16 });
    for await (const { value } of rows) {
      const parsed = bucketSchema.safeParse(value);
      if (!parsed.success) continue;
      for (const userId of parsed.data.hidden) now.set(userId, whereaboutsSchema.enum.hidden);
      for (const userId of parsed.data.visible) now.set(userId, whereaboutsSchema.enum.visible);
    }
    const at = clock.now();
    for (const userId of [...peer.users.keys()]) {
      if (!now.has(userId)) this.#apply(peer, userId, "gone", at);
    }
    for (const [userId, state] of now) this.#apply(peer, userId, state, at);
  }

  #apply(peer: Peer, userId: string, state: Whereabouts, at: number): void {
    const wasOnline = this.isOnline(userId);
    if (state === "gone") peer.users.delete(userId);
    else peer.users.set(userId, state === "visible");
    const isOnline = this.isOnline(userId);
    if (wasOnline !== isOnline) this.#options.changed(userId, isOnline, at);
  }

  #drop(id: string): void {
    const peer = this.#peers.get(id);
    if (!peer) return;
    this.#peers.delete(id);
    const at = this.#options.clock.now() - peer.silentMs;
    for (const userId of peer.users.keys()) {
      if (!this.isOnline(userId)) this.#options.changed(userId, false, at);
    }
  }

  async #countSilence(fresh: ReadonlySet<string>): Promise<void> {
    const { clock, log } = this.#options;
    const now = clock.now();
    const elapsed = this.#polledAt === null ? 0 : Math.min(now - this.#polledAt, POLL_MAX_MS);
    this.#polledAt = now;
    for (const [id, peer] of [...this.#peers]) {
      if (fresh.has(id)) continue;
      peer.silentMs += elapsed;
      if (peer.silentMs < LEASE_MS) continue;
      log.warn("Another server is silent and taken for dead", { server: id });
      this.#drop(id);
      this.#dead.set(id, peer.versionstamp);
      await this.#clear(id, peer.versionstamp);
    }
  }

  /** All rows in one atomic, unless the server has spoken again. */
  async #clear(id: string, versionstamp: string): Promise<void> {
    const { kv } = this.#options;
    const key = keys.peer(id);
    const atomic = kv.atomic().check({ key, versionstamp }).delete(key);
    for await (const row of kv.list({ prefix: keys.peerUsersOf(id) }, { batchSize: 16 })) {
      atomic.delete(row.key);
    }
    await atomic.commit();
  }
}
