/** Everything that a request may use: made once by `lib/app.ts`, handed to routes on `ctx.state`. */
import type { ApiKeyService, AuthService, RateLimiter, UserService } from "./identity/types.ts";
import type { ChatService, RoomService } from "./chat/types.ts";
import type { DemoService } from "./demo/types.ts";
import type { NotificationService, PreferenceService } from "./notifications/types.ts";
import type { PushService } from "./push/types.ts";
import type { Hub } from "./realtime/types.ts";
import type { Clock } from "./shared/clock.ts";
import type { Config } from "./config.ts";
import type { Logger } from "./shared/logger.ts";
import type { Store } from "./kv/store.ts";
import type { Metrics } from "./telemetry/types.ts";

/** The services of one process. */
export interface Services {
  config: Config;
  clock: Clock;
  log: Logger;
  store: Store;
  auth: AuthService;
  users: UserService;
  limits: RateLimiter;
  apiKeys: ApiKeyService;
  chat: ChatService;
  rooms: RoomService;
  notifications: NotificationService;
  preferences: PreferenceService;
  push: PushService;
  hub: Hub;
  /** The "try it" button of the sign-in page (`POST /demo`). */
  demo: DemoService;
  /** What `/metrics` tells. */
  metrics: Metrics;
  /** Resolves once everything that any server has answered can be read here. */
  caughtUp(): Promise<void>;
  /** True once a drain has begun: `/api/ready` answers 503. */
  draining(): boolean;
  /** Stops taking sockets, tells the others to come back, flushes, closes the store. */
  close(): Promise<void>;
}
