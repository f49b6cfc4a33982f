/** One socket of the load generator. */
import { SignJWT } from "jose";
import type { ServerFrame } from "../../lib/shared/protocol.ts";

const HOUR_MS = 3_600_000;

/** Where to connect: the product, by tokens signed with `secret`, or the relay (null). */
export interface Target {
  url: string;
  secret: string | null;
}

/** An open socket. */
export interface Peer {
  onFrame: (frame: ServerFrame) => void;
  send(frame: object): void;
}

/** A token of `user` for the product: the same for an hour, as a client keeps its own. */
export function signToken(secret: string, user: string, role?: string): Promise<string> {
  return new SignJWT({ name: user, ...(role ? { role } : {}) })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setExpirationTime((Math.floor(Date.now() / HOUR_MS) + 2) * HOUR_MS / 1000)
    .sign(new TextEncoder().encode(secret));
}

/** What else a connection may be told. */
export interface ConnectOptions {
  /** Signed before. */
  token?: string;
  /** Hears that the server has closed it; without, that ends the process. */
  onClose?: () => void;
}

/** Connects as `user`; resolves once the server has said `connected`. */
export async function connect(
  { url, secret }: Target,
  user: string,
  { token, onClose }: ConnectOptions = {},
): Promise<Peer> {
  const headers: Record<string, string> = secret === null
    ? {}
    : { authorization: `Bearer ${token ?? await signToken(secret, user)}` };
  // Headers are an extension of Deno's that the types of the browser do not know.
  const options = { protocols: ["skilllink.v1"], headers } as unknown as string[];
  const socket = new WebSocket(`${url}?user=${user}`, options);
  const peer: Peer = {
    onFrame: () => {},
    send: (frame) => socket.send(JSON.stringify(frame)),
  };
  return await new Promise((resolve, reject) => {
    socket.onerror = (event) =>
      reject(new Error(`Cannot connect: ${(event as ErrorEvent).message ?? "refused"}`));
    socket.onclose = ({ code }) => {
      if (onClose) {
        onClose();
        reject(new Error(`Closed with ${code}`));
        return;
      }
      // A socket that the server closes spoils the figures: better none than wrong ones.
      console.error(`A socket was closed with ${code}`);
      Deno.exit(1);
    };
    socket.onmessage = ({ data }) => {
      const parsed: ServerFrame | ServerFrame[] = JSON.parse(data);
      for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
        if (frame.type === "connected") resolve(peer);
        else peer.onFrame(frame);
      }
    };
  });
}
