/** What a push service's answer means (P8 to P13): pure. */

/** What came back: an answer, or nothing. */
export type PushAnswer =
  | { kind: "answered"; status: number; retryAfter: string | null; body: string }
  | { kind: "unanswered"; reason: string };

/** What is to be done about it. */
export type Verdict =
  | { kind: "accepted"; status: number }
  /** The subscription is over: delete it. */
  | { kind: "gone"; status: number }
  /** The subscription was made with another key: the page must subscribe again. */
  | { kind: "resubscribe"; status: number; reason: string }
  | { kind: "refused"; status: number; reason: string }
  /** May pass later; `afterMs` is what the service asks for. */
  | { kind: "retry"; status: number | null; reason: string; afterMs: number | null };

/** Reads an answer. `now` is for a Retry-After that names a date. */
export function judge(answer: PushAnswer, now: number): Verdict {
  if (answer.kind === "unanswered") {
    return { kind: "retry", status: null, reason: answer.reason, afterMs: null };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "accepted", status };
  if (status === 404 || status === 410) return { kind: "gone", status };
  if (status === 401 || status === 403 || answer.body.includes("VapidPkHashMismatch")) {
    return { kind: "resubscribe", status, reason: "the push service does not take our key for it" };
  }
  if (status === 429 || status >= 500) {
    const afterMs = parseRetryAfter(answer.retryAfter, now);
    const reason = status === 429 ? "the push service asks for a pause" : "the push service failed";
    return { kind: "retry", status, reason, afterMs };
  }
  const reason = status === 413
    ? "the push service found it too large"
    : status >= 300 && status < 400
    ? "the push service wanted to send it elsewhere, which is not followed"
    : "the push service refused it";
  return { kind: "refused", status, reason };
}

/** Milliseconds from `now`; null when the header is missing or unreadable (RFC 9110 §10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
