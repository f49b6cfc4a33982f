/** A stretch of network between a client and a server: cut, frozen, slow, or in small pieces. */
import type { Dice } from "./plan.ts";
import { pause } from "./cast.ts";

/** Bytes that are under way in one direction at most: who does not read is waited for. */
const BUFFER_BYTES = 16 * 1024;

interface Link {
  client: Deno.TcpConn;
  server: Deno.TcpConn;
  /** Resolves when bytes may go on in this direction. */
  gates: Record<Direction, { open: Promise<void>; free: () => void } | null>;
  closed: boolean;
}
/** Up: from the client to the server. */
type Direction = "up" | "down";

/** See the header of this module. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #port: () => number;
  readonly #dice: Dice;
  readonly #links = new Set<Link>();
  readonly #work = new Set<Promise<void>>();
  /** Connections are closed as soon as they are made: the server's port is dead. */
  refusing = false;
  /** Each piece waits this long at most. */
  delayMs = 0;
  /** Pieces of this size at most; 0: as they come. */
  pieceBytes = 0;

  /** `port` of the server on this machine, asked anew for each connection. */
  constructor(dice: Dice, port: () => number) {
    this.#dice = dice;
    this.#port = port;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#track(this.#accept());
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }
  /** Connections that are open. */
  get size(): number {
    return this.#links.size;
  }

  /** Breaks every connection off, whatever is under way. */
  cut(): void {
    for (const link of [...this.#links]) this.#close(link);
  }

  /**
   * Of the connections that are there now nothing comes through any more in these directions, and
   * nobody is told: half-open. New ones are not concerned.
   */
  freeze(...directions: Direction[]): void {
    for (const { gates } of this.#links) {
      for (const direction of directions) {
        if (gates[direction]) continue;
        const { promise, resolve } = Promise.withResolvers<void>();
        gates[direction] = { open: promise, free: resolve };
      }
    }
  }

  /** What was frozen goes on. */
  thaw(): void {
    for (const { gates } of this.#links) {
      for (const direction of ["up", "down"] as const) {
        gates[direction]?.free();
        gates[direction] = null;
      }
    }
  }

  /** Everything as it should be. */
  heal(): void {
    this.refusing = false;
    this.delayMs = this.pieceBytes = 0;
    this.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.all(this.#work);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      if (this.refusing) client.close();
      else this.#track(this.#connect(client));
    }
  }

  async #connect(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#port() });
    } catch {
      client.close();
      return;
    }
    const link: Link = { client, server, gates: { up: null, down: null }, closed: false };
    this.#links.add(link);
    await Promise.all([
      this.#pump(link, "up", client, server),
      this.#pump(link, "down", server, client),
    ]);
    this.#close(link);
  }

  /** Until one end is through; then the other end is told. */
  async #pump(
    link: Link,
    direction: Direction,
    from: Deno.TcpConn,
    to: Deno.TcpConn,
  ): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        for (let at = 0; at < count;) {
          await link.gates[direction]?.open;
          if (this.delayMs > 0) await pause(this.#dice.next() * this.delayMs);
          const size = this.pieceBytes > 0 ? 1 + this.#dice.below(this.pieceBytes) : count;
          const piece = buffer.subarray(at, Math.min(count, at + size));
          at += piece.length;
          for (let sent = 0; sent < piece.length;) sent += await to.write(piece.subarray(sent));
        }
      }
      await link.gates[direction]?.open;
      await to.closeWrite();
    } catch {
      // Cut here, or by one of the ends: the other one shall know.
      this.#close(link);
    }
  }

  #close(link: Link): void {
    if (link.closed) return;
    link.closed = true;
    this.#links.delete(link);
    for (const gate of Object.values(link.gates)) gate?.free();
    for (const end of [link.client, link.server]) {
      try {
        end.close();
      } catch {
        // It was closed by its own end.
      }
    }
  }
}
