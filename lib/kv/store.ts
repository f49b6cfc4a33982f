/** Opens the one Deno KV store of the process: a local SQLite file, memory, or a KV server. */
import { AppError } from "../shared/errors.ts";
import { type Clock, delay, systemClock } from "../shared/clock.ts";
import { lockFile } from "./file_lock.ts";
import { guardKv } from "./guarded_kv.ts";
import { keys } from "./keys.ts";
import { migrate } from "./migrations.ts";
import { createProbe } from "./store_probe.ts";

/** Where the store is. */
export type StoreLocation =
  | { kind: "memory" }
  | { kind: "file"; path: string }
  /** Deno itself takes the access token from DENO_KV_ACCESS_TOKEN. */
  | { kind: "server"; url: string }
  /** Deno Deploy's own store of the site. */
  | { kind: "deploy" };

/** The open store. */
export interface Store {
  readonly kv: Deno.Kv;
  readonly location: StoreLocation;
  /** Rows that one atomic may check: 10 on a KV server, 100 in process (design §5). */
  readonly maxChecks: number;
  /**
   * True when no other process can write here (R12): then rows may follow the log, and what this
   * process has read stays true until it writes itself.
   */
  readonly isExclusive: boolean;
  /** True when the store answers a strong read and takes a write within 2 s. */
  reachable(): Promise<boolean>;
  close(): void;
}

const SERVER_RETRY_MS = 1000;
/** A frozen KV server takes a connection and never answers. */
const SERVER_OPENS_WITHIN_MS = 5000;
const SERVER_TRIES = 300;

/** What {@link openStore} may be told beside the place. */
export interface OpenOptions {
  clock?: Clock;
  /** Told what start-up waits for, once a try; later that the KV server is away, or back. */
  onWaiting?: (message: string) => void;
  /** Tries for a KV server that does not answer, five minutes unless told; then `unavailable`. */
  maxTries?: number;
}

/**
 * Opens the store and brings its schema up to date. A file is locked for this process (R12):
 * `conflict` says so when another one holds it. A KV server that is away is tried again each second.
 */
export async function openStore(
  location: StoreLocation,
  options: OpenOptions = {},
): Promise<Store> {
  const lock = location.kind === "file" ? await lockFile(location.path) : null;
  try {
    const kv = location.kind === "server"
      ? await openServer(location, options)
      : await Deno.openKv(pathOf(location));
    await migrate(kv);
    const isExclusive = location.kind === "memory" || location.kind === "file";
    return {
      kv,
      location,
      maxChecks: isExclusive ? 100 : 10,
      isExclusive,
      reachable: createProbe(kv, options.clock ?? systemClock),
      close() {
        kv.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function pathOf(location: StoreLocation): string | undefined {
  if (location.kind === "memory") return ":memory:";
  return location.kind === "file" ? location.path : undefined;
}

async function openServer(
  { url }: { url: string },
  { clock = systemClock, onWaiting, maxTries = SERVER_TRIES }: OpenOptions,
): Promise<Deno.Kv> {
  for (let attempt = 1;; attempt++) {
    try {
      const kv = await openInTime(url, clock);
      return guardKv(kv, {
        clock,
        onChange: (isAway) =>
          onWaiting?.(`The KV server at ${url} ${isAway ? "does not answer" : "answers again"}`),
      });
    } catch (cause) {
      if (attempt >= maxTries) {
        throw new AppError(
          "unavailable",
          `Cannot open the KV server at ${url}: no answer after ${attempt} tries`,
          { cause },
        );
      }
      onWaiting?.(
        `Waiting for the KV server at ${url} (try ${attempt} of ${maxTries}): ${reasonOf(cause)}`,
      );
      await delay(clock, SERVER_RETRY_MS);
    }
  }
}

/** Opens and asks once: Deno finds out at the first question whether the token is right. */
async function openInTime(url: string, clock: Clock): Promise<Deno.Kv> {
  let isLate = false;
  let kv: Deno.Kv | undefined;
  const opening = (async () => {
    kv = await Deno.openKv(url);
    if (isLate) kv.close();
    else await kv.get(keys.schema());
    return kv;
  })();
  let timer: { cancel(): void } | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(SERVER_OPENS_WITHIN_MS, () => {
      isLate = true;
      kv?.close();
      reject(new Error(`no answer within ${SERVER_OPENS_WITHIN_MS / 1000} s`));
    });
  });
  opening.catch(() => {});
  try {
    return await Promise.race([opening, late]);
  } finally {
    timer?.cancel();
  }
}

/** The end of Deno's message says it best: "Connection refused (os error 111)". */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.length > 200 ? `…${message.slice(-200)}` : message;
}
