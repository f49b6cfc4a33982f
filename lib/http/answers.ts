/** What handlers answer with, and how it looks on the wire. */
import type { Page } from "../shared/basics.ts";

/** A success before it is put into the envelope. */
export interface Answer {
  status: number;
  /** `undefined` with 204 only. */
  data?: unknown;
  page?: Page;
  /** Fields beside `data`. */
  also?: Record<string, unknown>;
  headers?: [string, string][];
}

/** 200 with `data`; `page` where rows are paged, `also` for what stands beside `data`. */
export function ok(data: unknown, page?: Page, also?: Record<string, unknown>): Answer {
  return { status: 200, data, page, also };
}

/** 201 with what was made. */
export function created(data: unknown): Answer {
  return { status: 201, data };
}

/** 204: done, nothing to tell. */
export function noContent(): Answer {
  return { status: 204 };
}

/** The same answer with one more header; a name may occur more than once (Set-Cookie). */
export function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: [...answer.headers ?? [], [name, value]] };
}

/** The response: `{ success: true, data, page? }`, or `data` alone when it is `bare`. */
export function toResponse(answer: Answer, bare = false): Response {
  const headers = new Headers(answer.headers);
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  const body = bare
    ? answer.data
    : { success: true, data: answer.data, ...answer.also, page: answer.page };
  return Response.json(body, { status: answer.status, headers });
}
