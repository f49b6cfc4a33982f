/**
 * Removes devices that nobody has come by with for long: a push service may go on accepting pushes
 * for a browser that is no more (P14). Once a day, by one server.
 */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { DeviceRepository } from "./device_repository.ts";
import { deviceRowSchema } from "./device_row.ts";

/** A page that is opened says that its device is there. */
export const UNSEEN_MAX_MS = 90 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** How often a server looks whether it is time. */
const LOOK_EVERY_MS = 60 * 60 * 1000;
const BATCH = 200;

/** What {@link DeviceSweep} needs. */
export interface DeviceSweepOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  random: () => number;
  devices: Pick<DeviceRepository, "removeDevice">;
}

/** One a process. No failure ends it: what is left is found the next day. */
export class DeviceSweep {
  #timer: Timer | null = null;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly options: DeviceSweepOptions) {}

  start(): void {
    const { clock, log, random } = this.options;
    if (this.#isClosed) return;
    this.#timer = clock.after(LOOK_EVERY_MS * (0.75 + random() / 2), () => {
      this.#running = this.sweep()
        .then(() => {}, (error) => log.error("Could not look for old devices", errorFields(error)))
        .then(() => this.start());
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  /** Sweeps, unless some server has within the last day; true if it did. */
  async sweep(): Promise<boolean> {
    const { kv, clock, log, devices } = this.options;
    const now = clock.now();
    const last = await kv.get<number>(keys.deviceSweep());
    if (last.value !== null && now - last.value < DAY_MS) return false;
    const { ok } = await kv.atomic().check(last).set(keys.deviceSweep(), now).commit();
    if (!ok) return false;
    let removed = 0;
    const rows = kv.list({ prefix: keys.deviceOwners() }, { batchSize: BATCH });
    for await (const { value } of rows) {
      if (this.#isClosed) break;
      const { userId, id, lastSeenAt } = deviceRowSchema.parse(value);
      if (now - lastSeenAt < UNSEEN_MAX_MS) continue;
      if (await devices.removeDevice(userId, id)) removed++;
    }
    if (removed > 0) log.info("Devices that were not seen for long are removed", { removed });
    return true;
  }
}
