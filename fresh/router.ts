import { compilePattern, isLiteral, matchPattern, type PathPattern } from "./pattern.ts";
import type { Method } from "./types.ts";

/** What is registered under one pattern: a value for each method, or one for all. */
interface Entry<T> {
  pattern: string;
  compiled: PathPattern | null;
  methods: Map<string, T>;
  all: T | null;
}

/** The answer of the router for one request. */
export type RouteMatch<T> =
  | { kind: "found"; value: T; pattern: string; params: Record<string, string> }
  /** The path exists, but not for this method. `value` stands for the path's other methods. */
  | {
    kind: "method";
    value: T;
    pattern: string;
    params: Record<string, string>;
    allow: string[];
  }
  | { kind: "none" };

/**
 * Finds the value registered for a method and path. Literal paths win and cost one map look-up; patterns
 * are tried in the order of their registration.
 */
export class Router<T> {
  #literal = new Map<string, Entry<T>>();
  #dynamic: Entry<T>[] = [];

  /** Registers a value; the first one for a method and pattern stays. */
  add(method: Method | "ALL", pattern: string, value: T): void {
    let entry = this.#literal.get(pattern) ??
      this.#dynamic.find((e) => e.pattern === pattern);
    if (entry === undefined) {
      const compiled = isLiteral(pattern) ? null : compilePattern(pattern);
      entry = { pattern, compiled, methods: new Map(), all: null };
      if (compiled === null) this.#literal.set(pattern, entry);
      else this.#dynamic.push(entry);
    }
    if (method === "ALL") entry.all ??= value;
    else if (!entry.methods.has(method)) entry.methods.set(method, value);
  }

  match(method: string, pathname: string): RouteMatch<T> {
    const literal = this.#literal.get(pathname);
    if (literal !== undefined) return answer(literal, method, {});
    let miss: RouteMatch<T> = { kind: "none" };
    for (const entry of this.#dynamic) {
      const params = matchPattern(entry.compiled!, pathname);
      if (params === null) continue;
      const match = answer(entry, method, params);
      if (match.kind === "found") return match;
      if (miss.kind === "none") miss = match;
      else if (miss.kind === "method" && match.kind === "method") {
        miss.allow = [...new Set([...miss.allow, ...match.allow])];
      }
    }
    return miss;
  }
}

function answer<T>(
  entry: Entry<T>,
  method: string,
  params: Record<string, string>,
): RouteMatch<T> {
  const value = entry.methods.get(method) ??
    (method === "HEAD" ? entry.methods.get("GET") : undefined) ?? entry.all;
  if (value !== null && value !== undefined) {
    return { kind: "found", value, pattern: entry.pattern, params };
  }
  const allow = [...entry.methods.keys()];
  if (allow.includes("GET") && !allow.includes("HEAD")) allow.push("HEAD");
  const other = entry.methods.values().next().value!;
  return {
    kind: "method",
    value: other,
    pattern: entry.pattern,
    params,
    allow,
  };
}
