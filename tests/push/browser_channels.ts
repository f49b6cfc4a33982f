/** The WebSocket protocol by which Firefox registers channels and gets its pushes. */
import { z } from "zod";

const frameSchema = z.discriminatedUnion("messageType", [
  z.object({ messageType: z.literal("hello"), uaid: z.string().optional() }),
  z.object({
    messageType: z.literal("register"),
    channelID: z.string(),
    key: z.string().optional(),
  }),
  z.object({ messageType: z.literal("unregister"), channelID: z.string() }),
  z.object({
    messageType: z.literal("ack"),
    updates: z.array(z.object({ channelID: z.string(), version: z.string(), code: z.number() })),
  }),
  z.object({ messageType: z.literal("nack") }),
  z.object({ messageType: z.literal("broadcast_subscribe") }),
]);

/** What a browser said about a push: 100 delivered, 101 not decrypted, 102 not delivered. */
export interface Ack {
  channelId: string;
  version: string;
  code: number;
}

interface Channel {
  channelId: string;
  socket: WebSocket;
}

/** Channels of the browsers that are connected. */
export class BrowserChannels {
  readonly acks: Ack[] = [];
  readonly #channels = new Map<string, Channel>();
  readonly #sockets = new Set<WebSocket>();
  #versions = 0;
  #forgetful = false;

  constructor(private readonly endpointOf: (id: string) => string) {}

  has(id: string): boolean {
    return this.#channels.has(id);
  }

  /** Takes over a browser's connection. */
  accept(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: "push-notification",
      idleTimeout: 0,
    });
    this.#sockets.add(socket);
    socket.onclose = () => this.#sockets.delete(socket);
    socket.onmessage = ({ data }) => {
      if (data === "{}") return socket.send("{}");
      const frame = frameSchema.safeParse(JSON.parse(String(data)));
      if (frame.success) this.#handle(socket, frame.data);
    };
    return response;
  }

  #handle(socket: WebSocket, frame: z.infer<typeof frameSchema>): void {
    const reply = (message: Record<string, unknown>) => socket.send(JSON.stringify(message));
    switch (frame.messageType) {
      case "hello":
        return reply({
          messageType: "hello",
          uaid: (!this.#forgetful && frame.uaid) || crypto.randomUUID().replaceAll("-", ""),
          status: 200,
          use_webpush: true,
          broadcasts: {},
        });
      case "register": {
        const id = crypto.randomUUID();
        this.#channels.set(id, { channelId: frame.channelID, socket });
        return reply({
          messageType: "register",
          channelID: frame.channelID,
          status: 200,
          pushEndpoint: this.endpointOf(id),
        });
      }
      case "unregister":
        for (const [id, { channelId }] of this.#channels) {
          if (channelId === frame.channelID) this.#channels.delete(id);
        }
        return reply({ messageType: "unregister", channelID: frame.channelID, status: 200 });
      case "ack":
        for (const { channelID, version, code } of frame.updates) {
          this.acks.push({ channelId: channelID, version, code });
        }
        return;
      case "nack":
      case "broadcast_subscribe":
        return;
    }
  }

  /** Drops every browser and knows none of them when it comes back: its subscriptions are void. */
  forget(): void {
    this.#forgetful = true;
    this.#channels.clear();
    this.close();
  }

  /** Hands an encrypted body on to its browser, if it has one. */
  deliver(id: string, body: Uint8Array, headers: Headers): void {
    const channel = this.#channels.get(id);
    channel?.socket.send(JSON.stringify({
      messageType: "notification",
      channelID: channel.channelId,
      version: String(++this.#versions),
      data: body.toBase64({ alphabet: "base64url", omitPadding: true }),
      headers: { encoding: headers.get("content-encoding") },
    }));
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
