/** REST as a stubborn client uses it: what has no answer is tried again with the same ids. */
import { SignJWT } from "jose";

/** Shared by the servers of these tests and the host platform that signs their people in. */
export const SECRET = "a secret of the fault tests, of more than 32 characters";
/** Half-open connections answer nothing. */
const TRY_MS = 5_000;
const PAUSE_MS = 20;
/** Beyond this something is broken rather than slow. */
const PATIENCE_MS = 90_000;

/** Somebody of the host platform. */
export interface Subject {
  readonly id: string;
  readonly role?: "member" | "instructor" | "admin";
}

/** A host platform's token, good for `seconds` by our own clock. */
export function tokenOf({ id, role = "member" }: Subject, seconds = 24 * 3600): Promise<string> {
  return new SignJWT({ name: id, sub: id, role })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(SECRET));
}

/** An answer. */
export interface Answer {
  status: number;
  // What was asked for, of whatever shape.
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** A caller with a token, or none; `origin` is asked anew for each try, as servers come and go. */
export class Rest {
  /** `tryMs`: a try that takes longer is given up. */
  constructor(
    private readonly origin: () => string,
    private readonly token: string,
    private readonly tryMs = TRY_MS,
  ) {}

  /** One try. Throws when no answer came. */
  async once(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.origin()}/api/${path}`, {
      method,
      headers: {
        ...(this.token === "" ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(this.tryMs),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? null : JSON.parse(text) };
  }

  /** Tries until there is an answer that is not "later". Everything else is the caller's. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.once(method, path, body, headers).catch(() => null);
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      if (performance.now() > end) {
        throw new Error(`${method} ${path} was answered ${JSON.stringify(answer)} to the end`);
      }
      await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** `data` of an answer that must be a success. */
  async get<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, json } = await this.ask(method, path, body);
    if (status >= 300) {
      throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(json)}`);
    }
    return json?.data;
  }

  /** All rows of a paged list that goes on by `cursor`. */
  async all<T>(path: string, cursor: "after" | "before", first = ""): Promise<T[]> {
    const rows: T[] = [];
    for (let at: string | null = first; at !== null;) {
      const query: string = at === "" ? "" : `&${cursor}=${encodeURIComponent(at)}`;
      const { status, json } = await this.ask("GET", path + query);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
      rows.push(...json.data);
      at = json.page[cursor];
    }
    return rows;
  }
}
