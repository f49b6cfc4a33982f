/** WebSocket frames by hand (RFC 6455 §5.2), for what a well-behaved client never sends. */

const TEXT = 1;
const CONTINUATION = 0;

/** One masked frame of a client; the mask is zero, so the payload stands as it is. */
function frame(opcode: number, isLast: boolean, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  const head = [(isLast ? 0x80 : 0) | opcode, 0x80 | size[0]!, ...size.slice(1), 0, 0, 0, 0];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** A text message in frames of `pieceBytes`. */
export function fragments(text: string, pieceBytes: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const isLast = at + pieceBytes >= bytes.length;
    const opcode = at === 0 ? TEXT : CONTINUATION;
    pieces.push(frame(opcode, isLast, bytes.subarray(at, at + pieceBytes)));
  }
  return pieces;
}

/** Writes all of it. */
export async function send(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Reads until the server's close frame, and gives its code; null when the connection just ends. */
export async function readClose(conn: Deno.Conn): Promise<number | null> {
  let rest = new Uint8Array();
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const found = closeIn(rest);
    if (found.code !== null) return found.code;
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) return null;
    const next = new Uint8Array(rest.length - found.taken + count);
    next.set(rest.subarray(found.taken));
    next.set(buffer.subarray(0, count), rest.length - found.taken);
    rest = next;
  }
}

/** Walks over whole frames of a server. */
function closeIn(bytes: Uint8Array): { code: number | null; taken: number } {
  let at = 0;
  for (;;) {
    const left = bytes.length - at;
    if (left < 2) return { code: null, taken: at };
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, left);
    let length = view.getUint8(1) & 127;
    let head = 2;
    if (length === 126) {
      if (left < 4) return { code: null, taken: at };
      [length, head] = [view.getUint16(2), 4];
    } else if (length === 127) {
      if (left < 10) return { code: null, taken: at };
      [length, head] = [Number(view.getBigUint64(2)), 10];
    }
    if (left < head + length) return { code: null, taken: at };
    if ((view.getUint8(0) & 15) === 8) return { code: view.getUint16(head), taken: at };
    at += head + length;
  }
}
