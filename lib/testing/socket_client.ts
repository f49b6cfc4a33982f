/** A real WebSocket client for tests: keeps what came, in order, and waits for what is to come. */
import { SOCKET_PROTOCOL } from "../shared/limits.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { until } from "./fake_clock.ts";

type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

// Deno's WebSocket takes headers; the DOM's types, which the project compiles with, don't know that.
const SocketWithHeaders = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string>; protocols: string[] },
) => WebSocket;

/** How to get in. */
export interface ConnectOptions {
  token?: string;
  ticket?: string;
  headers?: Record<string, string>;
  protocols?: string[];
}

/** See the header of this module. */
export class SocketClient {
  readonly frames: ServerFrame[] = [];
  /** How many socket messages brought the frames. */
  messages = 0;
  closed: { code: number; reason: string } | null = null;
  readonly socket: WebSocket;

  constructor(url: string, options: ConnectOptions = {}) {
    const headers = { ...options.headers };
    if (options.token) headers.authorization = `Bearer ${options.token}`;
    const protocols = options.protocols ?? [
      SOCKET_PROTOCOL,
      ...(options.ticket ? [`ticket.${options.ticket}`] : []),
    ];
    this.socket = new SocketWithHeaders(url, { headers, protocols });
    this.socket.onmessage = ({ data }) => {
      this.messages++;
      const parsed: ServerFrame | ServerFrame[] = JSON.parse(data);
      this.frames.push(...(Array.isArray(parsed) ? parsed : [parsed]));
    };
    this.socket.onclose = ({ code, reason }) => this.closed ??= { code, reason };
    this.socket.onerror = (event) => event.preventDefault();
  }

  /** Sends frames, or whatever a broken client may send. */
  send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The frames of a type. */
  of<T extends ServerFrame["type"]>(type: T): FrameOf<T>[] {
    return this.frames.filter((frame): frame is FrameOf<T> => frame.type === type);
  }

  /** Waits for the first frame of a type that fits; frames that came before count, too. */
  async wait<T extends ServerFrame["type"]>(
    type: T,
    fits: (frame: FrameOf<T>) => boolean = () => true,
  ): Promise<FrameOf<T>> {
    let found: FrameOf<T> | undefined;
    await until(() => (found = this.of(type).find(fits)) !== undefined, `a frame ${type}`);
    return found!;
  }

  /** Waits until `count` frames of a type are there. */
  async waitFor(type: ServerFrame["type"], count: number): Promise<void> {
    await until(
      () => this.of(type).length >= count,
      () => `${count} frames ${type}, there are ${this.of(type).length}`,
    );
  }

  async waitForClose(): Promise<number> {
    await until(() => this.closed !== null, "the socket closes");
    return this.closed!.code;
  }

  /** A round trip: whatever was sent before it has been taken in by the server. */
  async roundTrip(): Promise<void> {
    const before = this.of("pong").length;
    this.send({ type: "ping" });
    await this.waitFor("pong", before + 1);
  }

  async close(): Promise<void> {
    if (this.socket.readyState < WebSocket.CLOSING) this.socket.close();
    await until(() => this.socket.readyState === WebSocket.CLOSED, "the socket closes");
  }
}
