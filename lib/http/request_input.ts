/** Reads what a request brings: body, query and path parameters, each through its schema. */
import type { z } from "zod";
import { AppError, type Issue } from "../shared/errors.ts";
import { BODY_MAX_BYTES } from "../shared/limits.ts";

/** Issues of a failed parse, with dotted paths; a union's are those of the nearest branch. */
export function issuesOf(error: z.core.$ZodError): Issue[] {
  return error.issues.flatMap((issue) => flatten(issue, [])).slice(0, 20);
}

function flatten(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): Issue[] {
  const path = [...parents, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    if (nearest.length > 0) return nearest.flatMap((inner) => flatten(inner, path));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key].map(String).join("."),
      message: "is not a field of this request",
    }));
  }
  return [{ path: path.map(String).join("."), message: issue.message }];
}

/** Parses, or `invalid` with the issues. `what` continues "Cannot read the …". */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  const first = issues[0];
  throw new AppError(
    "invalid",
    `Cannot read the ${what}: ${first ? `${first.path || "it"}: ${first.message}` : "not valid"}`,
    { issues },
  );
}

/** The query as an object; a name given twice becomes an array, an empty value counts as not given. */
export function queryObject(params: URLSearchParams): Record<string, string | string[]> {
  const given = new Map<string, string | string[]>();
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name).filter((value) => value !== "");
    const [first] = values;
    if (first !== undefined) given.set(name, values.length === 1 ? first : values);
  }
  // Defines each name, `__proto__` too, as a property of its own.
  return Object.fromEntries(given);
}

/** Path parameters, decoded; one that can't be is left as it is and fits no schema of ours. */
export function decodeParams(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      try {
        return [name, value.includes("%") ? decodeURIComponent(value) : value];
      } catch {
        return [name, value];
      }
    }),
  );
}

/**
 * The JSON body. `unsupported` unless it says application/json, `too_large` past 64 KiB (counted
 * while reading: Content-Length is only a hint), `invalid` when it is not JSON in UTF-8. A request
 * without any body reads as `{}`, so that a body whose fields are all optional may be left out.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type === null && isEmpty(request)) return {};
  const essence = type?.split(";")[0]?.trim().toLowerCase();
  if (essence !== "application/json") {
    throw new AppError("unsupported", "Cannot read the body: it must be application/json");
  }
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const message = "is not JSON in UTF-8";
    throw new AppError("invalid", `Cannot read the body: it ${message}`, {
      issues: [{ path: "", message }],
    });
  }
}

function isEmpty(request: Request): boolean {
  return request.body === null || request.headers.get("content-length") === "0";
}

/** The body, 64 KiB at most (counted while reading); `too_large` past it. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_MAX_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by a throw cancels the stream, so the rest is never taken in.
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > BODY_MAX_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Whoever sent it has hung up: no failure of ours, and nobody is left to be told.
    throw new AppError("invalid", "Cannot read the body: it ended too early", { cause });
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLarge(): AppError {
  return new AppError(
    "too_large",
    `Cannot take the body: it has more than ${BODY_MAX_BYTES} bytes`,
  );
}
