/** A WebSocket handshake by hand, for tests that look at refusals or never read what they are sent. */
import { SOCKET_PROTOCOL } from "../shared/limits.ts";

/** What a server answered to a handshake. */
export interface Handshake {
  status: number;
  /** Names in lower case. */
  headers: Map<string, string>;
  /** The body of a refusal; of an upgrade nothing is read. */
  body: string;
  /** The open connection; close it. */
  conn: Deno.TcpConn;
}

/** Sends the handshake with `headers` on top; null leaves one of the usual ones out. */
export async function handshake(
  origin: string,
  given: Record<string, string | null> = {},
): Promise<Handshake> {
  const { hostname, port } = new URL(origin);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  const headers: Record<string, string | null> = {
    host: `${hostname}:${port}`,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": btoa("sixteen bytes ok"),
    "sec-websocket-version": "13",
    "sec-websocket-protocol": SOCKET_PROTOCOL,
    ...given,
  };
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  const request = `GET /api/socket HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  await conn.write(new TextEncoder().encode(request));

  let text = "";
  const buffer = new Uint8Array(16_384);
  const decoder = new TextDecoder();
  const read = async () => {
    const count = await conn.read(buffer);
    if (count !== null) text += decoder.decode(buffer.subarray(0, count), { stream: true });
    return count !== null;
  };
  while (!text.includes("\r\n\r\n") && await read());
  const end = text.indexOf("\r\n\r\n");
  const [status = "", ...rest] = text.slice(0, end).split("\r\n");
  const answered = new Map(rest.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  const length = Number(answered.get("content-length") ?? 0);
  while (text.length < end + 4 + length && await read());
  return {
    status: Number(status.split(" ")[1]),
    headers: answered,
    body: text.slice(end + 4),
    conn,
  };
}
