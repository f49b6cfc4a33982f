/** Devices in the store: by owner, and by endpoint so that one browser is one device (P15). */
import { createHash } from "node:crypto";
import { keys } from "../kv/keys.ts";
import { transact, type Transaction } from "../kv/transact.ts";
import { DEVICES_PER_USER } from "../shared/limits.ts";
import { AtomicBatcher } from "./atomic_batcher.ts";
import { type DeviceRow, deviceRowSchema } from "./device_row.ts";

/** Devices given up for one that is new, at most: more than one only after the limit was lowered. */
const EVICTED_MAX = 3;
const OWNERS_BATCH = 200;

/** What a subscription says, checked. */
export type NewDevice = Omit<DeviceRow, "state" | "enabled" | "lastOutcome" | "shown">;

const index = (endpoint: string) =>
  keys.deviceByEndpoint(createHash("sha256").update(endpoint).digest("base64url"));
type Owner = { userId: string; deviceId: string };

/** A device as it was read. */
export interface StoredDevice {
  check: Deno.AtomicCheck;
  row: DeviceRow;
}

/** Reads and writes devices. */
export class DeviceRepository {
  readonly #batcher: AtomicBatcher;

  constructor(private readonly kv: Deno.Kv, batcher?: AtomicBatcher) {
    this.#batcher = batcher ?? new AtomicBatcher(kv);
  }

  async listDevices(userId: string): Promise<DeviceRow[]> {
    const rows: DeviceRow[] = [];
    for await (const entry of this.kv.list({ prefix: keys.devices(userId) })) {
      rows.push(deviceRowSchema.parse(entry.value));
    }
    return rows;
  }

  async getDevice(userId: string, deviceId: string): Promise<DeviceRow | null> {
    const { value } = await this.kv.get(keys.device(userId, deviceId));
    return value === null ? null : deviceRowSchema.parse(value);
  }

  /** A device with what it takes to write it again; null when it is gone. */
  async readDevice(userId: string, deviceId: string): Promise<StoredDevice | null> {
    const { key, value, versionstamp } = await this.kv.get(keys.device(userId, deviceId));
    if (value === null) return null;
    return { check: { key, versionstamp }, row: deviceRowSchema.parse(value) };
  }

  /**
   * Changes a device that was just read, together with others that are written now; one that was
   * changed meanwhile is read again, one that is gone stays gone.
   */
  async changeDevice(
    { check, row }: StoredDevice,
    change: (device: DeviceRow) => DeviceRow,
  ): Promise<void> {
    const result = await this.#batcher.commit({
      check,
      write: (atomic) => void atomic.set(check.key, change(row)),
    }).catch(() => null);
    if (!result?.ok) await this.updateDevice(row.userId, row.id, change);
  }

  /**
   * Stores `device`, whose id is kept only when the endpoint is new. The same endpoint again renews
   * the owner's device; one that changed hands leaves its old owner. Past the limit the device that
   * was seen least recently gives way. Returns the device's id.
   */
  async saveDevice(device: NewDevice): Promise<string> {
    return await transact(this.kv, async (tx) => {
      const owner = await tx.get<Owner>(index(device.endpoint));
      const known = owner?.userId === device.userId
        ? await tx.get<DeviceRow>(keys.device(owner.userId, owner.deviceId))
        : null;
      if (known !== null) {
        tx.set(keys.device(known.userId, known.id), {
          ...known,
          ...device,
          id: known.id,
          createdAt: known.createdAt,
          state: "active",
        });
        return known.id;
      }
      if (owner !== null) tx.delete(keys.device(owner.userId, owner.deviceId));
      await this.#makeRoom(tx, device.userId);
      tx.set(keys.device(device.userId, device.id), {
        ...device,
        state: "active",
        enabled: true,
        lastOutcome: null,
        shown: [],
      });
      tx.set(index(device.endpoint), { userId: device.userId, deviceId: device.id });
      return device.id;
    });
  }

  async #makeRoom(tx: Transaction, userId: string): Promise<void> {
    const fence = await tx.get<number>(keys.deviceFence(userId));
    tx.set(keys.deviceFence(userId), (fence ?? 0) + 1);
    const devices = await this.listDevices(userId);
    const tooMany = Math.min(EVICTED_MAX, devices.length - DEVICES_PER_USER + 1);
    if (tooMany <= 0) return;
    for (const old of devices.sort((a, b) => a.lastSeenAt - b.lastSeenAt).slice(0, tooMany)) {
      await this.#delete(tx, old);
    }
  }

  async #delete(tx: Transaction, device: DeviceRow): Promise<void> {
    const owner = await tx.get<Owner>(index(device.endpoint));
    if (owner?.deviceId === device.id) tx.delete(index(device.endpoint));
    tx.delete(keys.device(device.userId, device.id));
  }

  /** False when there is no such device of theirs. */
  async removeDevice(userId: string, deviceId: string): Promise<boolean> {
    return await transact(this.kv, async (tx) => {
      const device = await tx.get<DeviceRow>(keys.device(userId, deviceId));
      if (device === null) return false;
      await this.#delete(tx, device);
      return true;
    });
  }

  /** Removes the device with this endpoint if it is theirs. */
  async removeEndpoint(userId: string, endpoint: string): Promise<void> {
    const { value } = await this.kv.get<Owner>(index(endpoint));
    if (value?.userId === userId) await this.removeDevice(userId, value.deviceId);
  }

  /** Removes the devices that a session has subscribed. */
  async removeSession(userId: string, sessionId: string): Promise<void> {
    for (const device of await this.listDevices(userId)) {
      if (device.sessionId === sessionId) await this.removeDevice(userId, device.id);
    }
  }

  /** Changes a device, unless it is gone: a late outcome brings nothing back. */
  async updateDevice(
    userId: string,
    deviceId: string,
    change: (device: DeviceRow) => DeviceRow,
  ): Promise<void> {
    await transact(this.kv, async (tx) => {
      const device = await tx.get<DeviceRow>(keys.device(userId, deviceId));
      if (device !== null) tx.set(keys.device(userId, deviceId), change(device));
    });
  }

  /** Ids of people with a device, ascending, after `after`. */
  async listOwners({ limit, after }: { limit: number; after?: string }): Promise<string[]> {
    const owners: string[] = [];
    const prefix = keys.deviceOwners();
    // The next string after an id, so that none of its own rows come again.
    const selector = after === undefined
      ? { prefix }
      : { prefix, start: keys.devices(`${after}\u0000`) };
    for await (const { key } of this.kv.list(selector, { batchSize: OWNERS_BATCH })) {
      const userId = String(key[1]);
      if (owners.at(-1) === userId) continue;
      if (owners.length === limit) break;
      owners.push(userId);
    }
    return owners;
  }
}
