/** The orderly end of a process (design: everything within five seconds). */
import { delay, systemClock } from "../shared/clock.ts";
import { errorFields } from "../shared/logger.ts";
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import type { Gate } from "./gate.ts";

/** Milliseconds for requests that are under way. */
const REQUESTS_MS = 2000;
/**
 * Milliseconds for the listener, once everything is answered and stored: it waits for each peer to
 * hang up, and one that broke off in its handshake, or has stopped reading, never does.
 */
const LISTENER_MS = 1000;
/** Milliseconds for everything. */
const ALL_MS = 5000;

/** What has to end. */
export interface Ending {
  gate: Gate;
  /** Tells the sockets, closes them, flushes, closes the store. */
  services: { close(): Promise<void> };
  server: { shutdown(): Promise<void> };
  log: Logger;
  clock?: Clock;
}

/**
 * Turns new requests away, lets those under way finish, then closes the services and the listener.
 * Resolves within 5 s, with false when something did not end in that time or failed; never rejects.
 */
export async function shutDown(ending: Ending): Promise<boolean> {
  const { gate, services, server, log, clock = systemClock } = ending;
  gate.shut();
  const end = async () => {
    if (!await gate.idle(REQUESTS_MS)) log.warn("Requests were still under way at shutdown");
    await services.close();
    await Promise.race([server.shutdown(), delay(clock, LISTENER_MS)]);
    return true;
  };
  try {
    const ended = await Promise.race([end(), delay(clock, ALL_MS).then(() => false)]);
    if (!ended) log.error("Shutdown took too long and was cut off", { limitMs: ALL_MS });
    return ended;
  } catch (error) {
    log.error("Shutdown failed", errorFields(error));
    return false;
  }
}
