/** Sends one push and reads no more of the answer than it needs (P7, R10). */
import type { Clock } from "../shared/clock.ts";
import type { PushAnswer } from "./push_answer.ts";
import type { PushRequest } from "./push_request.ts";

/** A push service that has not answered by then is taken to have failed. */
export const ANSWER_TIMEOUT_MS = 10_000;
/** Bytes of an answer that are read; the rest is cancelled. */
export const ANSWER_MAX_BYTES = 4096;

/** `fetch`, or what a test puts in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Posts `request`; never throws, follows no redirect, and gives up after the time-out. */
export async function transmit(
  request: PushRequest,
  fetch: Fetch,
  clock: Clock,
): Promise<PushAnswer> {
  const controller = new AbortController();
  const timer = clock.after(ANSWER_TIMEOUT_MS, () => controller.abort());
  try {
    const response = await fetch(request.endpoint, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: controller.signal,
    });
    return {
      kind: "answered",
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: await readStart(response),
    };
  } catch {
    // The cause's text may hold the endpoint, which is a capability: it stays out of every record.
    const reason = controller.signal.aborted
      ? "the push service did not answer in time"
      : "the push service could not be reached";
    return { kind: "unanswered", reason };
  } finally {
    timer.cancel();
  }
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk.subarray(0, ANSWER_MAX_BYTES - size), { stream: true });
    size += chunk.length;
    // Leaving the loop cancels the stream.
    if (size >= ANSWER_MAX_BYTES) break;
  }
  return text;
}
