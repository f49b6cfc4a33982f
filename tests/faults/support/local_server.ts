/** Servers of this process, composed as the product composes them, on a store that may fail. */
import { compose } from "../../../lib/app.ts";
import { parseConfig } from "../../../lib/config.ts";
import type { Journal } from "../../../lib/kv/journal/types.ts";
import { openStore, type Store } from "../../../lib/kv/store.ts";
import type { Services } from "../../../lib/services.ts";
import type { Clock } from "../../../lib/shared/clock.ts";
import { createLogger } from "../../../lib/shared/logger.ts";
import { apiHandler } from "../../../lib/testing/api_app.ts";
import { faultyKv, type KvFaults } from "../../../lib/testing/faulty_kv.ts";
import { CHEAP_SCRYPT } from "../../../lib/testing/identity_world.ts";
import { SECRET } from "./rest.ts";

/** One server. */
export interface LocalServer {
  readonly origin: string;
  readonly port: number;
  readonly services: Services;
  readonly journal: Journal;
  /** May be changed at any time. */
  readonly faults: KvFaults;
}

/** A store, and the servers on it. */
export interface Ground extends AsyncDisposable {
  readonly store: Store;
  /** Warnings and errors of all servers. */
  readonly logged: Record<string, unknown>[];
  open(options: LocalServerOptions): Promise<LocalServer>;
}

/** What one server may be told. */
export interface LocalServerOptions {
  faults?: KvFaults;
  clock: Clock;
  rateLimitScale?: number;
  /** The store is treated as a KV server's, which other processes write to as well (design §5). */
  shared?: boolean;
}

/** What a store on a KV server says of itself. */
const asServers = {
  location: { kind: "server", url: "http://127.0.0.1" },
  maxChecks: 10,
  isExclusive: false,
} as const;

/** A real SQLite file in a folder of its own. */
export async function createGround(): Promise<Ground> {
  const folder = await Deno.makeTempDir({ prefix: "skilllink-faults-" });
  const store = await openStore({ kind: "file", path: `${folder}/skilllink.sqlite3` });
  const logged: Record<string, unknown>[] = [];
  const log = createLogger("warn", (line) => void logged.push(JSON.parse(line)));
  const ends: (() => Promise<void>)[] = [];
  return {
    store,
    logged,
    async open({ faults = {}, clock, rateLimitScale = 1000, shared = false }) {
      const { services, journal } = await compose({
        config: parseConfig({
          JWT_SECRET: SECRET,
          RATE_LIMIT_SCALE: String(rateLimitScale),
          DEMO: "off",
        }),
        // The ground closes its one store after its last server.
        store: {
          ...store,
          kv: faultyKv(store.kv, faults),
          ...(shared ? asServers : {}),
          close: () => {},
        },
        clock,
        log,
        scrypt: CHEAP_SCRYPT,
        callApi: () => Promise.reject(new Error("These servers have no demo")),
      });
      const http = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen() {} },
        await apiHandler(services),
      );
      ends.push(async () => {
        await services.close();
        await http.shutdown();
      });
      const { port } = http.addr;
      return { origin: `http://127.0.0.1:${port}`, port, services, journal, faults };
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) await end();
      store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
