/**
 * A world for tests of chat and sockets: one store in memory, a clock that stands still, and as many
 * servers as a test wants, each with real services, real routes and real sockets.
 */
import { SignJWT } from "jose";
import { compose } from "../app.ts";
import type { ChatService, RoomService } from "../chat/types.ts";
import { parseConfig } from "../config.ts";
import type { AuthService, UserPrincipal, UserService } from "../identity/types.ts";
import type { Journal } from "../kv/journal/types.ts";
import { openStore, type Store } from "../kv/store.ts";
import type { NotificationService } from "../notifications/types.ts";
import type { PushService } from "../push/types.ts";
import type { Hub } from "../realtime/types.ts";
import type { Services } from "../services.ts";
import { createLogger, type Logger } from "../shared/logger.ts";
import type { Role } from "../shared/user_schema.ts";
import { apiHandler } from "./api_app.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";
import { faultyKv, type KvFaults } from "./faulty_kv.ts";
import { CHEAP_SCRYPT } from "./identity_world.ts";
import { type ConnectOptions, SocketClient } from "./socket_client.ts";

/** Somebody with an account. */
export interface TestPerson {
  id: string;
  name: string;
  token: string;
  cookie: string;
  sessionId: string;
}

/** What a test may set for one server. */
export interface ServerOptions {
  faults?: KvFaults;
  /** RATE_LIMIT_SCALE; out of the way unless a test is about limits. */
  rateLimitScale?: number;
  /** PUSH_ALLOWED_ORIGINS. */
  pushOrigin?: string;
}

/** What a test may set for a world. */
export interface WorldOptions extends ServerOptions {
  /** Several servers share the store, as they do on a KV server; otherwise it is the one server's. */
  shared?: boolean;
}

/** One server. */
export interface TestServer {
  readonly journal: Journal;
  readonly auth: AuthService;
  readonly users: UserService;
  readonly chat: ChatService;
  readonly rooms: RoomService;
  readonly notifications: NotificationService;
  readonly push: PushService;
  readonly hub: Hub;
  readonly services: Services;
  /** `http://127.0.0.1:port`; it listens from the first call on. */
  origin(): Promise<string>;
  /**
   * Opens a socket and waits for its `connected`. It says something at once, so that live frames
   * come without delay, unless `silent`: then a test says the first word (a resume, say).
   */
  connect(person: Pick<TestPerson, "token">, silent?: "silent"): Promise<SocketClient>;
  /** A socket by other ways; does not wait. */
  socket(options: ConnectOptions): Promise<SocketClient>;
  close(): Promise<void>;
}

/** See the header of this module. */
export interface World extends TestServer {
  readonly store: Store;
  readonly clock: FakeClock;
  /** Log lines of all servers, one object each. */
  readonly logged: Record<string, unknown>[];
  /** Signs somebody up. */
  person(name: string, role?: Role): Promise<TestPerson>;
  /** A host platform's token for `id`, good for `seconds`. */
  hostToken(id: string, seconds: number): Promise<string>;
  /** Somebody of a host platform, without a password. */
  profile(id: string): Promise<void>;
  /** Another server on the same store, in a shared world. */
  another(options?: ServerOptions): Promise<TestServer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `await using world = await createWorld()`: a world of its own for each test. */
export async function createWorld(
  { shared = false, ...options }: WorldOptions = {},
): Promise<World> {
  const opened = await openStore({ kind: "memory" });
  const store: Store = shared ? { ...opened, isExclusive: false, maxChecks: 10 } : opened;
  const clock = createFakeClock();
  const logged: Record<string, unknown>[] = [];
  const log = createLogger("info", (line) => void logged.push(JSON.parse(line)), clock.now);
  const servers: TestServer[] = [];
  const another = async (more: ServerOptions = {}) => {
    if (!shared && servers.length > 0) throw new Error("Only a shared world has a second server");
    const server = await openServer({ store, clock, log }, more);
    servers.push(server);
    return server;
  };
  const server = await another(options);
  const hostToken = (id: string, seconds: number) =>
    new SignJWT({ sub: id, name: id })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(Math.floor(clock.now() / 1000) + seconds)
      .sign(new TextEncoder().encode(SECRET));
  return Object.assign(server, {
    store,
    clock,
    logged,
    another,
    async person(name: string, role: Role = "member"): Promise<TestPerson> {
      const { user, token, cookie, sessionId } = await server.auth.register(
        {
          name,
          email: role === "admin"
            ? ADMIN
            : `${name.toLowerCase().replaceAll(" ", ".")}@example.org`,
          password: "long enough",
        },
        { userAgent: "test", address: "192.0.2.1" },
      );
      return { id: user.id, name, token, cookie, sessionId };
    },
    hostToken,
    async profile(id: string): Promise<void> {
      await server.auth.authenticateBearer(await hostToken(id, 3600));
    },
    async [Symbol.asyncDispose]() {
      for (const each of servers) await each.close();
      store.close();
    },
  });
}

const ADMIN = "admin@example.org";
/** The host platform's, shared with it by JWT_SECRET. */
export const SECRET = "a secret that a host platform shares with tests";

async function openServer(
  { store, clock, log }: { store: Store; clock: FakeClock; log: Logger },
  options: ServerOptions,
): Promise<TestServer> {
  const own: Store = { ...store, kv: faultyKv(store.kv, options.faults ?? {}) };
  const config = parseConfig({
    RATE_LIMIT_SCALE: String(options.rateLimitScale ?? 1000),
    ADMIN_EMAILS: ADMIN,
    JWT_SECRET: SECRET,
    PUSH_ALLOWED_ORIGINS: options.pushOrigin ?? "",
  });
  const { services, journal } = await compose({
    config,
    // The world closes its one store after its last server.
    store: { ...own, close: () => {} },
    clock,
    log,
    random: () => 0,
    scrypt: CHEAP_SCRYPT,
    callApi: () => Promise.reject(new Error("These worlds have no demo")),
  });
  const { auth, users, chat, rooms, notifications, push, hub } = services;

  let http: Promise<Deno.HttpServer<Deno.NetAddr>> | undefined;
  const clients = new Set<SocketClient>();
  const origin = async () => {
    http ??= listen(services);
    return `http://127.0.0.1:${(await http).addr.port}`;
  };
  const socket = async (how: ConnectOptions) => {
    const client = new SocketClient(`${(await origin()).replace("http", "ws")}/api/socket`, how);
    clients.add(client);
    return client;
  };
  return {
    journal,
    auth,
    users,
    chat,
    rooms,
    notifications,
    push,
    hub,
    services,
    origin,
    socket,
    async connect({ token }, silent) {
      const client = await socket({ token });
      await client.wait("connected");
      if (!silent) await client.roundTrip();
      return client;
    },
    async close() {
      await hub.drain();
      for (const client of clients) await client.close();
      clients.clear();
      await (await http)?.shutdown();
      http = undefined;
      await services.close();
    },
  };
}

async function listen(services: Services): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const handler = await apiHandler(services);
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
}

/** A principal as a route would have it, for tests that call services directly. */
export function principalOf(person: TestPerson, role: Role = "member"): UserPrincipal {
  return {
    kind: "user",
    userId: person.id,
    role,
    sessionId: person.sessionId,
    expiresAt: null,
    rooms: [],
    via: "bearer",
  };
}
