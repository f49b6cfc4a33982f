/**
 * Stands between a server and the KV server and breaks what a network breaks. Deno speaks HTTP/2 to
 * the KV server, everything over one connection, so answers are told apart frame by frame.
 */

/** The proxy of one server. */
export interface KvProxy extends AsyncDisposable {
  readonly url: string;
  /** Answers of watches are swallowed: the watch stays open and says nothing. */
  muteWatches: boolean;
  /** Milliseconds that each answer is held back. */
  delayMs: number;
  /** Cuts the connection in place of the next answer to a commit, which then has taken effect. */
  cutNextCommit: boolean;
  /** Commits whose answer was cut off so far. */
  readonly cut: number;
  /** Answers of watches that were swallowed so far. */
  readonly muted: number;
  /** Nothing gets through, in either direction, and nobody is told. */
  pause(): void;
  resume(): void;
  /** Ends every connection, refuses none. */
  cutAll(): void;
}

const FRAME_HEAD = 9;
const DATA = 0;

/** What a KV server's answer is, by its first bytes. */
function isWatchAnswer(payload: Uint8Array): boolean {
  // A watch's messages begin with their own length, 32 bits, little end first.
  if (payload.length < 4) return false;
  const view = new DataView(payload.buffer, payload.byteOffset);
  return view.getUint32(0, true) === payload.length - 4;
}

function isCommitAnswer(payload: Uint8Array): boolean {
  // AtomicWriteOutput { status = 1 (success), versionstamp = 10 bytes } as a protocol buffer.
  return payload[0] === 0x08 && payload[1] === 0x01 && payload[2] === 0x12 && payload[3] === 0x0a;
}

/** A proxy in front of the KV server on `port`. */
export function startKvProxy(port: number): KvProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pairs = new Set<[Deno.Conn, Deno.Conn]>();
  let paused: PromiseWithResolvers<void> | null = null;
  let cut = 0;
  let muted = 0;

  const end = (pair: [Deno.Conn, Deno.Conn]) => {
    if (!pairs.delete(pair)) return;
    for (const conn of pair) {
      try {
        conn.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    }
  };

  async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  }

  async function forward(pair: [Deno.Conn, Deno.Conn]): Promise<void> {
    const [client, server] = pair;
    const buffer = new Uint8Array(65_536);
    for (let n = await client.read(buffer); n !== null; n = await client.read(buffer)) {
      await paused?.promise;
      await write(server, buffer.subarray(0, n));
    }
  }

  async function back(pair: [Deno.Conn, Deno.Conn]): Promise<void> {
    const [client, server] = pair;
    const buffer = new Uint8Array(65_536);
    let rest = new Uint8Array();
    for (let n = await server.read(buffer); n !== null; n = await server.read(buffer)) {
      const bytes = new Uint8Array(rest.length + n);
      bytes.set(rest);
      bytes.set(buffer.subarray(0, n), rest.length);
      const kept: Uint8Array[] = [];
      let at = 0;
      while (bytes.length - at >= FRAME_HEAD) {
        const length = bytes[at]! << 16 | bytes[at + 1]! << 8 | bytes[at + 2]!;
        const next = at + FRAME_HEAD + length;
        if (next > bytes.length) break;
        const frame = bytes.subarray(at, next);
        at = next;
        const payload = frame.subarray(FRAME_HEAD);
        if (frame[3] === DATA && isWatchAnswer(payload) && proxy.muteWatches) {
          muted++;
          continue;
        }
        if (frame[3] === DATA && isCommitAnswer(payload) && proxy.cutNextCommit) {
          proxy.cutNextCommit = false;
          cut++;
          return end(pair);
        }
        kept.push(frame);
      }
      rest = bytes.slice(at);
      if (proxy.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, proxy.delayMs));
      await paused?.promise;
      for (const frame of kept) await write(client, frame);
    }
  }

  const proxy: KvProxy = {
    url: `http://127.0.0.1:${listener.addr.port}`,
    muteWatches: false,
    delayMs: 0,
    cutNextCommit: false,
    get cut() {
      return cut;
    },
    get muted() {
      return muted;
    },
    pause: () => paused ??= Promise.withResolvers(),
    resume() {
      paused?.resolve();
      paused = null;
    },
    cutAll: () => [...pairs].forEach(end),
    async [Symbol.asyncDispose]() {
      listener.close();
      proxy.resume();
      proxy.cutAll();
      await accepting;
    },
  };
  const running = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
      if (!server) {
        client.close();
        continue;
      }
      const pair: [Deno.Conn, Deno.Conn] = [client, server];
      pairs.add(pair);
      for (const pump of [forward, back]) {
        // A connection that breaks ends both ways, and that is all there is to it.
        const done = pump(pair).catch(() => {}).finally(() => {
          end(pair);
          running.delete(done);
        });
        running.add(done);
      }
    }
    await Promise.all(running);
  })();
  return proxy;
}
