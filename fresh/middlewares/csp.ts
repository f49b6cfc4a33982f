import { internalsOf } from "../context.ts";
import type { Context } from "../context.ts";
import type { Middleware } from "../types.ts";
import { writable } from "../writable.ts";

/** Options of {@linkcode csp}. */
export interface CSPOptions {
  /** Only reports violations. Default: false. */
  reportOnly?: boolean;
  /** URL to which violations are reported. */
  reportTo?: string;
  /** Directives that are added, or take the place of the default ones of the same name. */
  csp?: string[];
  /** Gives inline scripts and styles of a page a nonce in place of 'unsafe-inline'. Default: false. */
  useNonce?: boolean;
}

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];
const NONCE_DIRECTIVES = new Set([
  "script-src",
  "style-src",
  "default-src",
  "script-src-elem",
  "style-src-elem",
  "style-src-attr",
]);

const nameOf = (directive: string) => directive.trim().split(/\s+/, 1)[0]!.toLowerCase();

/** Sets Content-Security-Policy. With a nonce, each rendered page has one of its own. */
export function csp<State>(options: CSPOptions = {}): Middleware<State> {
  const { reportOnly = false, reportTo, useNonce = false } = options;
  const directives = new Map(
    DEFAULTS.map((directive) => [nameOf(directive), directive]),
  );
  for (const directive of options.csp ?? []) {
    directives.set(nameOf(directive), directive.trim());
  }
  if (reportTo !== undefined) {
    directives.set("report-to", "report-to csp-endpoint");
    directives.set("report-uri", `report-uri ${reportTo}`);
  }
  const policy = [...directives.values()].join("; ");
  const header = reportOnly ? "content-security-policy-report-only" : "content-security-policy";

  const withNonce = (nonce: string) =>
    [...directives].map(([name, directive]) =>
      NONCE_DIRECTIVES.has(name)
        ? directive.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`)
        : directive
    ).join("; ");

  return async (ctx) => {
    const internals = internalsOf(ctx as unknown as Context<never>);
    if (useNonce) internals.nonce ??= makeNonce();
    const apply = (response: Response) => {
      const { nonce, rendered } = internals;
      response.headers.set(
        header,
        nonce !== null && rendered ? withNonce(nonce) : policy,
      );
      if (reportTo !== undefined) {
        response.headers.set(
          "reporting-endpoints",
          `csp-endpoint="${reportTo}"`,
        );
      }
    };
    let response: Response;
    try {
      response = writable(await ctx.next());
    } catch (error) {
      internals.late.push(apply);
      throw error;
    }
    if (response.status !== 101) apply(response);
    return response;
  };
}

/** 128 random bits, as CSP 3 asks for. */
function makeNonce(): string {
  return btoa(
    String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))),
  );
}
