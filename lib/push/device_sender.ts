/** Sends one push to one device and writes down what became of it (P7 to P14, P17, P18). */
import type { Clock } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { PushOutcome } from "../shared/notification_schema.ts";
import type { DeviceRepository, StoredDevice } from "./device_repository.ts";
import { addShown, type DeviceRow } from "./device_row.ts";
import { checkEndpoint } from "./endpoint_policy.ts";
import { judge, type Verdict } from "./push_answer.ts";
import { buildPayload, type PayloadContext } from "./push_payload.ts";
import { buildRequest } from "./push_request.ts";
import { type Fetch, transmit } from "./push_transport.ts";
import { KeyedLock } from "./keyed_lock.ts";
import { Semaphore } from "./semaphore.ts";
import type { PushContent, PushJob, PushObserver } from "./types.ts";
import type { VapidSigner } from "./vapid.ts";

/** Requests under way at a time, to all push services together. */
const SENDS_AT_ONCE = 64;

/** One push for one device. */
export interface Delivery {
  source: PushJob["source"] | "test";
  content: PushContent;
  context: Omit<PayloadContext, "appOrigin">;
  /** What is left of the time to live. */
  ttlSeconds: number;
}

/** What became of it; `retry` when a later try may pass, with what the push service asked for. */
export interface DeliveryResult {
  outcome: PushOutcome;
  retry: { afterMs: number | null } | null;
  /** Nothing was done: the device was sent the same, or something newer, under the tag. */
  isRepeat?: boolean;
}

/** What {@link createDeviceSender} needs. */
export interface DeviceSenderOptions {
  devices: DeviceRepository;
  signer: VapidSigner;
  clock: Clock;
  log: Logger;
  fetch: Fetch;
  appOrigin: string | null;
  allowedOrigins: readonly string[];
  observer?: PushObserver;
}

/** Sends to a device; null when it is gone. */
export type DeviceSender = (
  device: DeviceRow,
  delivery: Delivery,
) => Promise<DeliveryResult | null>;

/** See {@link DeviceSender}: bounded in parallel, and whatever happens becomes an outcome. */
export function createDeviceSender(options: DeviceSenderOptions): DeviceSender {
  const { devices, signer, clock, log } = options;
  const semaphore = new Semaphore(SENDS_AT_ONCE);
  const lock = new KeyedLock();

  async function send(device: DeviceRow, delivery: Delivery): Promise<Verdict | "expired"> {
    if (device.expirationTime !== null && device.expirationTime <= clock.now()) return "expired";
    const check = checkEndpoint(device.endpoint, options.allowedOrigins);
    if (!check.ok) {
      return { kind: "refused", status: 0, reason: `the endpoint ${check.reason}` };
    }
    const authorization = await signer.authorization(check.origin, device.vapidKey);
    if (authorization === null) {
      return { kind: "resubscribe", status: 0, reason: "it subscribed with a key of before" };
    }
    const payload = buildPayload(delivery.content, {
      ...delivery.context,
      appOrigin: options.appOrigin,
    });
    const request = buildRequest(device, payload, {
      ttlSeconds: delivery.ttlSeconds,
      urgency: delivery.content.urgency,
      tag: delivery.content.tag,
      authorization,
    });
    return judge(await transmit(request, options.fetch, clock), clock.now());
  }

  async function deliver(stored: StoredDevice, delivery: Delivery): Promise<DeliveryResult> {
    const device = stored.row;
    if (!device.enabled) return nothing("suppressed", "pushes to this device are switched off");
    if (device.state === "needs_resubscribe") {
      return nothing("refused", "it must subscribe again first");
    }
    const { tag, timestamp } = delivery.content;
    const shown = device.shown.find((other) => other.tag === tag);
    if (shown && shown.timestamp >= timestamp) return repeat(shown.timestamp > timestamp);
    let verdict: Verdict | "expired";
    try {
      verdict = await send(device, delivery);
    } catch (error) {
      // Keys that passed the subscription's check and still can't be used: no later try helps.
      log.error("Could not build a push", { deviceId: device.id, ...errorFields(error) });
      verdict = { kind: "refused", status: 0, reason: "the push could not be built" };
    }
    const outcome = toOutcome(verdict, clock.now());
    await record(stored, delivery, verdict, outcome);
    const retry = verdict !== "expired" && verdict.kind === "retry"
      ? { afterMs: verdict.afterMs }
      : null;
    return { outcome, retry };
  }

  // One push at a time to a device, and what it has shown is read inside of its turn: jobs of one
  // conversation that piled up while the process was away become one push.
  return ({ userId, id }, delivery) =>
    lock.run(id, () =>
      semaphore.run(async () => {
        const device = await devices.readDevice(userId, id);
        const result = device === null ? null : await deliver(device, delivery);
        if (result && !result.isRepeat) options.observer?.outcome(result.outcome.result);
        return result;
      }));

  function nothing(result: "refused" | "suppressed", reason: string): DeliveryResult {
    const at = new Date(clock.now()).toISOString();
    return { outcome: { at, result, reason, status: null }, retry: null };
  }

  /** A worker before this one sent it and died, or another job was faster. */
  function repeat(isNewer: boolean): DeliveryResult {
    const at = new Date(clock.now()).toISOString();
    const outcome: PushOutcome = isNewer
      ? { at, result: "suppressed", reason: "a newer one with its tag was sent", status: null }
      : { at, result: "sent", reason: "the device was sent it before", status: null };
    return { outcome, retry: null, isRepeat: true };
  }

  async function record(
    stored: StoredDevice,
    { source, content, context }: Delivery,
    verdict: Verdict | "expired",
    outcome: PushOutcome,
  ): Promise<void> {
    const device = stored.row;
    if (verdict === "expired" || verdict.kind === "gone") {
      log.info("A subscription is over", { deviceId: device.id, result: outcome.result });
      await devices.removeDevice(device.userId, device.id);
      return;
    }
    if (verdict.kind === "refused") {
      log.error("A push was refused", {
        deviceId: device.id,
        status: verdict.status,
        reason: verdict.reason,
      });
    }
    await devices.changeDevice(stored, (row) => ({
      ...row,
      lastOutcome: outcome,
      state: verdict.kind === "resubscribe" ? "needs_resubscribe" : row.state,
      shown: verdict.kind === "accepted"
        ? addShown(
          row.shown,
          { tag: content.tag, source, timestamp: content.timestamp },
          context.close,
        )
        : row.shown,
    }));
  }
}

const RESULTS = {
  accepted: "sent",
  gone: "gone",
  resubscribe: "refused",
  refused: "refused",
  retry: "failed",
} as const;

/** An outcome in the words of the contract. */
export function toOutcome(verdict: Verdict | "expired", now: number): PushOutcome {
  const at = new Date(now).toISOString();
  if (verdict === "expired") {
    return { at, result: "expired", reason: "the subscription's time was over", status: null };
  }
  const reason = verdict.kind === "accepted"
    ? "the push service took it"
    : verdict.kind === "gone"
    ? "the subscription is over"
    : verdict.reason;
  // 0 stands for "no answer was asked for".
  return { at, result: RESULTS[verdict.kind], reason, status: verdict.status || null };
}
