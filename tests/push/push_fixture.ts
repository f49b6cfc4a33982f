/**
 * A push service of our own (RFC 8030), so that pushes are tried for real without the internet: it
 * checks what it is sent as the vendors do, answers as it is told, and hands pushes to Firefox.
 */
import { importJWK, jwtVerify } from "jose";
import { createVirtualDevice, type VirtualDevice } from "../../lib/testing/virtual_device.ts";
import { BrowserChannels } from "./browser_channels.ts";

/** How to answer a push instead of taking it. */
export type Answer =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Never: until the sender gives up. */
  | "timeout";

/** A push that came in, with what its headers say. */
export interface Received {
  id: string;
  ttl: number;
  urgency: string;
  topic: string | null;
  /** Claims of the VAPID token. */
  claims: { aud: string; exp: number; sub: string };
  token: string;
  bytes: number;
  /** The plaintext; null for a browser's subscription, whose keys only the browser has. */
  text: string | null;
  status: number;
}

/** A subscription as a browser's `toJSON()` gives it, with the device that reads its pushes. */
export interface VirtualSubscription {
  id: string;
  device: VirtualDevice;
  body: { endpoint: string; keys: { p256dh: string; auth: string } };
}

const MAX_BODY = 4096;
const DAY_SECONDS = 24 * 60 * 60;
const URGENCIES = ["very-low", "low", "normal", "high"];

/** The service; see README.md beside it. */
export class PushFixture implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly channels: BrowserChannels;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #devices = new Map<string, VirtualDevice>();
  readonly #answers = new Map<string, Answer[]>();
  readonly #waiting = new Set<() => void>();
  readonly #stop = new AbortController();
  #always: Answer | null = null;

  /** `now` is the time by which tokens are judged. */
  constructor(private readonly now: () => number = Date.now) {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: this.#stop.signal },
      (request) => this.#serve(request),
    );
    this.channels = new BrowserChannels((id) => `${this.origin}/push/${id}`);
  }

  /** What PUSH_ALLOWED_ORIGINS must name. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What Firefox's `dom.push.serverURL` must be. */
  get browserUrl(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Subscribes a device that needs no browser. */
  subscribe(): VirtualSubscription {
    const id = crypto.randomUUID();
    const device = createVirtualDevice();
    this.#devices.set(id, device);
    return { id, device, body: { endpoint: `${this.origin}/push/${id}`, keys: device.keys } };
  }

  /** The next pushes to subscription `id` are answered so, one after another. */
  answer(id: string, ...answers: Answer[]): void {
    this.#answers.set(id, [...this.#answers.get(id) ?? [], ...answers]);
  }

  /** Every push is answered so; null: as it deserves. */
  answerAll(answer: Answer | null): void {
    this.#always = answer;
  }

  /** Resolves once `count` pushes came in, whatever they were answered. */
  async waitFor(count: number, ms = 30_000): Promise<Received[]> {
    const end = Date.now() + ms;
    while (this.received.length < count) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${this.received.length} of ${count} pushes after ${ms} ms`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const timer = setTimeout(resolve, left);
      await promise;
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    }
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.channels.close();
    this.#stop.abort();
    await this.#server.finished;
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return this.channels.accept(request);
    const id = /^\/push\/([\w-]+)$/.exec(pathname)?.[1];
    if (request.method !== "POST" || !id) return new Response(null, { status: 404 });
    const answer = this.#answers.get(id)?.shift() ?? this.#always;
    const body = new Uint8Array(await request.arrayBuffer());
    const checked = await this.#check(id, request, body);
    const status = answer === "timeout" ? 0 : answer?.status ?? checked.status;
    this.received.push({ ...checked, status });
    this.#waiting.forEach((resolve) => resolve());
    if (answer === "timeout") return await new Promise<Response>(() => {});
    if (answer) return new Response(answer.body ?? null, answer);
    if (status === 201) this.channels.deliver(id, body, request.headers);
    return new Response(null, { status, headers: { location: `${this.origin}/m/${id}` } });
  }

  /** What the vendors check, and what status it deserves. */
  async #check(id: string, request: Request, body: Uint8Array): Promise<Received> {
    const { headers } = request;
    const received: Received = {
      id,
      ttl: Number(headers.get("ttl") ?? NaN),
      urgency: headers.get("urgency") ?? "normal",
      topic: headers.get("topic"),
      claims: { aud: "", exp: 0, sub: "" },
      token: "",
      bytes: body.length,
      text: null,
      status: 201,
    };
    if (!this.#devices.has(id) && !this.channels.has(id)) return { ...received, status: 410 };
    if (body.length > MAX_BODY) return { ...received, status: 413 };
    const vapid = /^vapid t=([\w.-]+), ?k=([\w-]{87})$/.exec(headers.get("authorization") ?? "");
    const claims = vapid && await this.#claims(vapid[1] ?? "", vapid[2] ?? "");
    if (!vapid || !claims) return { ...received, status: vapid ? 403 : 401 };
    Object.assign(received, { claims, token: vapid[1] });
    const wellFormed = Number.isInteger(received.ttl) && received.ttl >= 0 &&
      URGENCIES.includes(received.urgency) && /^[\w-]{1,32}$/.test(received.topic ?? "-") &&
      headers.get("content-encoding") === "aes128gcm";
    if (!wellFormed) return { ...received, status: 400 };
    const device = this.#devices.get(id);
    if (device) received.text = device.decrypt(body);
    return received;
  }

  async #claims(token: string, key: string): Promise<Received["claims"] | null> {
    try {
      const point = Uint8Array.fromBase64(key, { alphabet: "base64url" });
      const part = (from: number, to: number) =>
        point.slice(from, to).toBase64({ alphabet: "base64url", omitPadding: true });
      const jwk = { kty: "EC", crv: "P-256", x: part(1, 33), y: part(33, 65) };
      const { payload: { aud, exp = 0, sub = "" } } = await jwtVerify(
        token,
        await importJWK(jwk, "ES256"),
        {
          audience: this.origin,
          algorithms: ["ES256"],
          requiredClaims: ["exp", "sub"],
          currentDate: new Date(this.now()),
        },
      );
      const tooLong = exp - this.now() / 1000 > DAY_SECONDS;
      return tooLong || !/^(mailto:|https:)/.test(sub) ? null : { aud: String(aud), exp, sub };
    } catch {
      return null;
    }
  }
}
