/** Devices and delivery: what the other domains and the routes see of web push. */
import { createECDH } from "node:crypto";
import { AppError } from "../shared/errors.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { PushSubscriptionBody } from "../shared/notification_schema.ts";
import type { Store } from "../kv/store.ts";
import type { Caller } from "../identity/types.ts";
import { AtomicBatcher } from "./atomic_batcher.ts";
import { createDeviceSender } from "./device_sender.ts";
import { deviceName } from "../shared/device_name.ts";
import { Digests } from "./digest.ts";
import { DeviceRepository } from "./device_repository.ts";
import { type DeviceRow, toDevice } from "./device_row.ts";
import { checkEndpoint } from "./endpoint_policy.ts";
import { JobRunner } from "./job_runner.ts";
import { JobWorker } from "./job_worker.ts";
import { readOutcomes } from "./outcome_log.ts";
import { jobRow } from "./push_job.ts";
import type { Fetch } from "./push_transport.ts";
import { RecipientPusher } from "./recipient_pusher.ts";
import type {
  PushContent,
  PushGate,
  PushObserver,
  PushService,
  PushSource,
  PushSourceName,
} from "./types.ts";
import { DeviceSweep } from "./device_sweep.ts";
import { createVapidSigner, type VapidConfig } from "./vapid.ts";
import { VapidRing } from "./vapid_ring.ts";

/** A test push is for somebody who looks at the screen. */
const TEST_TTL_SECONDS = 60;
/** How often the VAPID keys are read: a server that rotates them tells nobody. */
const RING_EVERY_MS = 30_000;

/** The part of the configuration that push needs. */
export interface PushConfig {
  appName: string;
  /** The public origin; null where each request's own is taken. */
  appOrigin: string | null;
  pushGraceMs: number;
  pushAllowedOrigins: readonly string[];
}

/** What {@link createPush} needs. */
export interface PushOptions {
  store: Pick<Store, "kv">;
  clock: Clock;
  config: PushConfig;
  vapid: VapidConfig;
  log: Logger;
  /** Jitter, 0 to 1. */
  random?: () => number;
  fetch?: Fetch;
  observer?: PushObserver;
}

/** The push service of this process; `start()` begins to send. Throws on a subject of no use (P6). */
export function createPush(options: PushOptions): PushService {
  const { store: { kv }, clock, config, vapid, log, random = Math.random, observer } = options;
  const batcher = new AtomicBatcher(kv);
  const devices = new DeviceRepository(kv, batcher);
  const sources = new Map<PushSourceName, PushSource>();
  const ring = new VapidRing({ kv, clock, configured: vapid, isStored: vapid.isStored ?? false });
  const find = (publicKey: string) => ring.find(publicKey);
  const send = createDeviceSender({
    devices,
    signer: createVapidSigner({ subject: vapid.subject, find }, clock),
    clock,
    log,
    fetch: options.fetch ?? fetch,
    observer,
    appOrigin: config.appOrigin,
    allowedOrigins: config.pushAllowedOrigins,
  });
  let gate: PushGate = () => Promise.resolve({ kind: "send" });
  const digests = new Digests({ kv, clock, sources, onStored: (at) => worker.expect(at) });
  sources.set("digest", digests);
  const pusher = new RecipientPusher({
    devices,
    send,
    sources,
    digests,
    gate: (...asked) => gate(...asked),
    clock,
  });
  const runner = new JobRunner({ kv, batcher, clock, log, random, sources, pusher, observer });
  const worker = new JobWorker({ kv, clock, log, random, runner, observer });

  const sweep = new DeviceSweep({ kv, clock, log, random, devices });
  let ringTimer: Timer | null = null;
  /** Another server may have rotated the keys. */
  function followRing(): void {
    ringTimer = clock.after(RING_EVERY_MS, () => {
      ring.refresh()
        .catch((error) => log.warn("Could not read the VAPID keys", errorFields(error)))
        .finally(() => ringTimer && followRing());
    });
  }

  async function present(row: DeviceRow) {
    const known = await ring.find(row.vapidKey);
    const key = row.vapidKey === ring.publicKey ? "current" : known ? "previous" : "unknown";
    return toDevice(row, key);
  }

  return {
    get publicKey() {
      return ring.publicKey;
    },

    async subscribe(
      userId: string,
      body: PushSubscriptionBody,
      caller: Caller,
      sessionId: string | null = null,
    ): Promise<string> {
      const check = checkEndpoint(body.endpoint, config.pushAllowedOrigins);
      if (!check.ok) throw refused("endpoint", check.reason);
      const expirationTime = body.expirationTime ?? null;
      if (expirationTime !== null && expirationTime <= clock.now()) {
        throw refused("expirationTime", "is over already");
      }
      if (!isPublicKey(body.keys.p256dh)) {
        throw refused("keys.p256dh", "is not a point of the curve P-256");
      }
      await ring.refresh();
      const now = clock.now();
      return await devices.saveDevice({
        id: `dev_${crypto.randomUUID().replaceAll("-", "")}`,
        userId,
        endpoint: body.endpoint,
        keys: body.keys,
        vapidKey: body.applicationServerKey ?? ring.publicKey,
        sessionId,
        expirationTime,
        name: deviceName(caller.userAgent),
        createdAt: now,
        lastSeenAt: now,
      });
    },

    unsubscribe: (userId, endpoint) => devices.removeEndpoint(userId, endpoint),

    async listDevices(userId) {
      const rows = await devices.listDevices(userId);
      rows.sort((a, b) => b.lastSeenAt - a.lastSeenAt);
      return await Promise.all(rows.map(present));
    },

    async removeDevice(userId, deviceId) {
      if (!await devices.removeDevice(userId, deviceId)) {
        throw new AppError("not_found", "Cannot remove the device: no such device");
      }
    },

    async setEnabled(userId, deviceId, enabled) {
      await devices.updateDevice(userId, deviceId, (row) => ({ ...row, enabled }));
      const row = await devices.getDevice(userId, deviceId);
      if (row === null) {
        throw new AppError("not_found", "Cannot change the device: no such device");
      }
      return await present(row);
    },

    endSession: (userId, sessionId) => devices.removeSession(userId, sessionId),
    rotateKey: (from) => ring.rotate(from),

    async test(userId) {
      const rows = await devices.listDevices(userId);
      const content = testContent(config.appName, clock.now());
      const badge = await pusher.badge(userId, null, 0);
      const results = rows.map(async (device) => {
        const context = { badge, close: await pusher.readSince(device, content.tag) };
        const ttlSeconds = TEST_TTL_SECONDS;
        const result = await send(device, { source: "test", content, context, ttlSeconds });
        // Another test of the same millisecond has just shown it there, or the device is gone.
        const outcome = result && !result.isRepeat ? result.outcome : {
          at: new Date(clock.now()).toISOString(),
          result: "suppressed" as const,
          reason: result ? "the same push was sent already" : "the device was removed",
          status: null,
        };
        return { deviceId: device.id, name: device.name, outcome };
      });
      return await Promise.all(results);
    },

    jobRow(job) {
      worker.expect(job.dueAt);
      return jobRow({ ...job, attempt: 0 }, config.pushGraceMs);
    },
    dueAt: () => clock.now() + config.pushGraceMs,
    listOwners: (page) => devices.listOwners(page),
    registerSource: (name, source) => void sources.set(name, source),
    setGate: (next) => void (gate = next),
    outcomesOf: (trace, userIds) => readOutcomes(kv, trace, userIds),
    backlog: (limit) => worker.backlog(limit),
    start() {
      worker.start();
      sweep.start();
      followRing();
    },
    async close() {
      ringTimer?.cancel();
      ringTimer = null;
      await Promise.all([worker.close(), sweep.close()]);
    },
  };
}

function testContent(appName: string, timestamp: number): PushContent {
  return {
    title: appName,
    body: "Notifications reach this device.",
    navigate: "/settings",
    tag: "test",
    urgency: "high",
    timestamp,
    badge: 0,
  };
}

function refused(path: string, reason: string): AppError {
  return new AppError("invalid", `Cannot subscribe: ${path} ${reason}`, {
    issues: [{ path, message: reason }],
  });
}

/** The schema has counted its characters; whether it is a point, only the curve can tell. */
function isPublicKey(p256dh: string): boolean {
  try {
    const own = createECDH("prime256v1");
    own.generateKeys();
    own.computeSecret(p256dh, "base64url");
    return true;
  } catch {
    return false;
  }
}
