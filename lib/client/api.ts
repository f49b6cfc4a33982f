/** A typed client of the REST contract: envelope in, values or an {@link ApiFailure} out. */
import type { Clock } from "../shared/clock.ts";
import type { ErrorCode, Issue } from "../shared/errors.ts";
import type { Api, Failure, Rows } from "./types.ts";

/** A request that takes longer has failed. */
const TIMEOUT_MS = 15_000;

/** Why a request failed, with the request id for "Details"; its message is for developers. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly failure: Failure;

  constructor(failure: Failure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** Whatever was thrown, as a failure that can be shown. */
export function failureOf(error: unknown): Failure {
  return error instanceof ApiFailure ? error.failure : { code: "internal", requestId: null };
}

export interface ApiOptions {
  fetch: typeof fetch;
  clock: Clock;
  /** An answer said that there is no session any more. */
  onUnauthenticated?: () => void;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
interface Envelope {
  success?: boolean;
  data?: unknown;
  page?: { before: string | null; after: string | null };
  error?: { code: ErrorCode; message: string; requestId: string; issues?: Issue[] };
  unreadCount?: number;
  unseenCount?: number;
}

/** The client; `fetch` is called with paths of this origin, so the cookie goes along. */
export function createApi({ fetch, clock, onUnauthenticated }: ApiOptions): Api {
  async function call(method: Method, path: string, body?: unknown): Promise<Envelope> {
    const abort = new AbortController();
    const timer = clock.after(TIMEOUT_MS, () => abort.abort());
    let response: Response;
    let envelope: Envelope = {};
    try {
      response = await fetch(`/api/${path}`, {
        method,
        signal: abort.signal,
        headers: body === undefined ? {} : { "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      // What a proxy answers in the server's place is not JSON; its status has to do then.
      if (response.status !== 204) envelope = await response.json().catch(() => ({}));
    } catch (error) {
      const code = abort.signal.aborted ? "timeout" : "network";
      throw new ApiFailure({ code, requestId: null }, `${method} ${path} failed: ${error}`);
    } finally {
      timer.cancel();
    }
    if (response.ok && (response.status === 204 || envelope.success)) return envelope;
    const { error } = envelope;
    const code = error?.code ?? (response.status < 502 ? "internal" : "unavailable");
    const retryAfter = Number(response.headers.get("retry-after")) || undefined;
    if (code === "unauthenticated") onUnauthenticated?.();
    throw new ApiFailure(
      { code, requestId: error?.requestId ?? null, issues: error?.issues, retryAfter },
      error?.message ?? `${method} ${path} answered ${response.status}`,
    );
  }
  const get = (path: string, query: Record<string, string | number | undefined> = {}) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, String(value));
    }
    return call("GET", search.size > 0 ? `${path}?${search}` : path);
  };
  // The server checks what it sends against the same schemas; the browser carries no second check.
  const data = async <T>(answer: Promise<Envelope>) => (await answer).data as T;
  const done = async (answer: Promise<Envelope>) => void await answer;
  const seq = (cursor: string | null | undefined) => cursor == null ? null : Number(cursor);
  const part = encodeURIComponent;

  return {
    logout: () => done(call("POST", "auth/logout")),
    listSessions: () => data(get("auth/sessions")),
    endSession: (id) => done(call("DELETE", `auth/sessions/${part(id)}`)),
    getMe: () => data(get("users/me")),
    updateMe: (change) => data(call("PATCH", "users/me", change)),
    searchPeople: (query) => data(get("users", { query })),
    async listConversations(after) {
      const { data, page } = await get("messages/conversations", { after });
      return { rows: data as Rows<never>["rows"], after: page?.after ?? null };
    },
    async history(id, query) {
      const { data, page } = await get(`messages/conversation/${part(id)}`, { ...query });
      return { messages: data as never[], before: seq(page?.before), after: seq(page?.after) };
    },
    createRoom: (name, memberIds) => data(call("POST", "rooms", { name, memberIds })),
    getRoom: (id) => data(get(`rooms/${part(id)}`)),
    addMember: (id, userId) => done(call("PUT", `rooms/${part(id)}/members/${part(userId)}`)),
    removeMember: (id, userId) => done(call("DELETE", `rooms/${part(id)}/members/${part(userId)}`)),
    async listNotifications(filter, before) {
      const { data, page, unreadCount = 0, unseenCount = 0 } = await get("notifications", {
        filter,
        before,
      });
      return { items: data as never[], before: seq(page?.before), unreadCount, unseenCount };
    },
    markNotificationRead: (id) => data(call("PUT", `notifications/${part(id)}/read`)),
    markAllNotificationsRead: (upTo) => data(call("PUT", "notifications/read-all", { upTo })),
    archiveNotification: (id) => data(call("PUT", `notifications/${part(id)}/archive`)),
    snoozeNotification: (id, until) =>
      data(call("PUT", `notifications/${part(id)}/snooze`, { until })),
    markNotificationsSeen: (upTo) => data(call("PUT", "notifications/seen", { upTo })),
    getPreferences: () => data(get("notifications/preferences")),
    doctor: () => data(get("notifications/doctor")),
    changePreferences: (change) => data(call("PUT", "notifications/preferences", change)),
    subscribe: async (subscription) =>
      (await data<{ deviceId: string }>(call("POST", "notifications/subscribe", subscription)))
        .deviceId,
    unsubscribe: (endpoint) => done(call("DELETE", "notifications/subscribe", { endpoint })),
    listDevices: () => data(get("notifications/devices")),
    switchDevice: (id, enabled) =>
      data(call("PATCH", `notifications/devices/${part(id)}`, { enabled })),
    vapidKey: async () =>
      (await data<{ publicKey: string }>(get("notifications/vapid-key"))).publicKey,
    removeDevice: (id) => done(call("DELETE", `notifications/devices/${part(id)}`)),
    testPush: () => data(call("POST", "notifications/test")),
    socketTicket: async () =>
      (await data<{ ticket: string }>(call("POST", "socket/ticket"))).ticket,
  };
}
