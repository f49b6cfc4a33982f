/** Ports for servers that must know theirs before they listen, or come back to it. */

/**
 * Below the range from which systems take the near end of a connection (32768 on Linux): a server
 * that is down for a moment must not find its port taken by somebody's browser.
 */
const FROM = 10_240;
const TO = 32_000;

/** A port of this machine that nobody listens on, drawn so that two runs hardly meet. */
export function freePort(): number {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    try {
      Deno.listen({ port, hostname: "0.0.0.0" }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
