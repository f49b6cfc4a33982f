/** Pushes one content to the devices of one person, with their badge and what is to be closed. */
import type { Clock } from "../shared/clock.ts";
import type { TracedPush } from "../shared/trace_schema.ts";
import type { DeviceRepository } from "./device_repository.ts";
import type { DeviceRow, Shown } from "./device_row.ts";
import type { DeliveryResult, DeviceSender } from "./device_sender.ts";
import { PUSH_TTL_MS, type StoredJob } from "./push_job.ts";
import type { Digests } from "./digest.ts";
import type { PushContent, PushGate, PushJob, PushSource } from "./types.ts";

/** The same suppression is not written again within this time: a chat in view makes one each window. */
const SUPPRESSION_REPEAT_MS = 60_000;

/** The sources by name. */
export type Sources = ReadonlyMap<PushJob["source"], PushSource>;

/** A device that must be tried again. */
export interface Unsent {
  device: DeviceRow;
  outcome: DeliveryResult["outcome"];
  afterMs: number | null;
}

/** What became of the pushes to one person. */
export interface Pushed {
  unsent: Unsent[];
  outcomes: TracedPush[];
}

/** What {@link RecipientPusher} needs. */
export interface RecipientPusherOptions {
  devices: DeviceRepository;
  send: DeviceSender;
  sources: Sources;
  digests: Pick<Digests, "defer">;
  /** What preferences say, at the moment of the push. */
  gate: PushGate;
  clock: Clock;
}

/** Knows people's devices. */
export class RecipientPusher {
  constructor(private readonly options: RecipientPusherOptions) {}

  /**
   * Sends to each device (or the one that `job` is a retry for), if preferences allow it now. What
   * quiet hours hold back is kept for their digest.
   */
  async push(job: StoredJob, userId: string, content: PushContent): Promise<Pushed> {
    const { clock, send, gate, digests } = this.options;
    const devices = await this.#devicesFor(job, userId);
    if (devices.length === 0) return { unsent: [], outcomes: [] };
    const decision = content.subject
      ? await gate(userId, content.subject, clock.now())
      : { kind: "send" as const, hideContent: false };
    if (decision.kind === "suppress") {
      return { unsent: [], outcomes: await this.suppress(job, userId, decision.reason) };
    }
    if (decision.kind === "defer") {
      await digests.defer(job.source, userId, content, decision.until);
      const until = new Date(decision.until).toISOString();
      const reason = `quiet hours until ${until}: it comes in their digest`;
      const outcomes = await this.suppress(job, userId, reason);
      return {
        unsent: [],
        outcomes: outcomes.map((one) => ({ ...one, result: "deferred" as const })),
      };
    }
    const badge = await this.badge(userId, job.source, content.badge);
    const ttlSeconds = (job.createdAt + PUSH_TTL_MS - clock.now()) / 1000;
    const pushed: Pushed = { unsent: [], outcomes: [] };
    await Promise.all(devices.map(async (device) => {
      const close = await this.readSince(device, content.tag);
      const context = { badge, close, hidden: decision.hideContent ? job.source : undefined };
      const result = await send(device, { source: job.source, content, context, ttlSeconds });
      if (result === null) return;
      const { outcome, retry } = result;
      pushed.outcomes.push(toTraced(device, outcome));
      if (retry) pushed.unsent.push({ device, outcome, afterMs: retry.afterMs });
    }));
    return pushed;
  }

  /** Writes down on each device why nothing was sent. */
  async suppress(job: StoredJob, userId: string, reason: string): Promise<TracedPush[]> {
    const now = this.options.clock.now();
    const traced: TracedPush[] = [];
    for (const device of await this.#devicesFor(job, userId)) {
      const last = device.lastOutcome;
      const repeated = last?.result === "suppressed" && last.reason === reason &&
        now - Date.parse(last.at) < SUPPRESSION_REPEAT_MS;
      const outcome = {
        at: new Date(now).toISOString(),
        result: "suppressed",
        reason,
        status: null,
      } as const;
      traced.push(toTraced(device, outcome));
      if (repeated) continue;
      await this.options.devices.updateDevice(
        userId,
        device.id,
        (row) => ({ ...row, lastOutcome: outcome }),
      );
    }
    return traced;
  }

  async #devicesFor(job: StoredJob, userId: string): Promise<DeviceRow[]> {
    if (job.only === null) return await this.options.devices.listDevices(userId);
    const device = await this.options.devices.getDevice(userId, job.only.deviceId);
    return device === null ? [] : [device];
  }

  /** Unread things of all sources; `own` stands in where the pushing source can't count. */
  async badge(userId: string, pushing: PushJob["source"] | null, own: number): Promise<number> {
    const counts = await Promise.all(
      [...this.options.sources].map(([name, source]) =>
        source.unread?.(userId) ?? (name === pushing ? own : 0)
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Tags that the device may still show though they were read elsewhere (P25). */
  async readSince(device: DeviceRow, except: string): Promise<string[]> {
    const shown = device.shown.filter(({ tag }) => tag !== except);
    const bySource = Object.groupBy(shown, ({ source }) => source);
    const read = await Promise.all(
      [...this.options.sources].map(async ([name, source]) => {
        const tags = (bySource[name] ?? []).map(({ tag }: Shown) => tag);
        return tags.length === 0 ? [] : await source.readTags?.(device.userId, tags) ?? [];
      }),
    );
    return read.flat();
  }
}

/** An outcome with the device's name, which outlives the device. */
function toTraced({ id, name }: DeviceRow, outcome: Unsent["outcome"]): TracedPush {
  return { deviceId: id, device: name, ...outcome };
}
