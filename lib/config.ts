/** The configuration: read from the environment once, checked by one schema, nowhere else. */
import { createECDH } from "node:crypto";
import { z } from "zod";
import type { StoreLocation } from "./kv/store.ts";
import { vapidSubjectSchema } from "./shared/notification_schema.ts";

const origin = z.string().refine((value) => {
  try {
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && url.origin === value.replace(/\/$/, "");
  } catch {
    return false;
  }
}, "must be an origin such as https://chat.example.org").transform((value) =>
  value.replace(/\/$/, "")
);
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const commaList = z.string().transform((value) =>
  value.split(",").map((part) => part.trim()).filter((part) => part !== "")
);
/** A blank is no number, though `Number` takes it for 0. */
const numberThat = (isRight: (value: number) => boolean, error: string) =>
  z.string().transform((text) => text.trim() === "" ? NaN : Number(text))
    .refine((value) => Number.isFinite(value) && isRight(value), error);
const onOff = z.enum(["on", "off"], { error: "must be on or off" });

const environmentSchema = z.object({
  PORT: numberThat(
    (port) => Number.isInteger(port) && port >= 0 && port <= 65535,
    "must be a whole number from 0 to 65535",
  ).default(8000),
  HOST: z.string().min(1).default("0.0.0.0"),
  DATA_DIR: z.string().min(1).default("./data"),
  DENO_KV_URL: httpUrl.optional(),
  DENO_KV_ACCESS_TOKEN: z.string().min(1).optional(),
  APP_NAME: z.string().trim().regex(/^.{1,40}$/u, "must have 1 to 40 characters")
    .default("SkillLink"),
  APP_ORIGIN: origin.optional(),
  JWT_SECRET: z.string().min(32, "must have 32 characters or more").optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_ISSUER: z.string().min(1).optional(),
  AUTH_AUDIENCE: z.string().min(1).optional(),
  ADMIN_EMAILS: commaList.pipe(z.array(z.email("must be e-mail addresses, separated by commas")))
    .default([]),
  VAPID_PUBLIC_KEY: z.string().regex(/^[\w-]{87}$/, "must be 87 characters of base64url")
    .optional(),
  VAPID_PRIVATE_KEY: z.string().regex(/^[\w-]{43}$/, "must be 43 characters of base64url")
    .optional(),
  VAPID_SUBJECT: vapidSubjectSchema.optional(),
  PUSH_GRACE_SECONDS: numberThat(
    (seconds) => seconds >= 0 && seconds <= 3600,
    "must be a number of seconds from 0 to 3600",
  ).default(5),
  PUSH_ALLOWED_ORIGINS: commaList.pipe(z.array(origin)).default([]),
  RATE_LIMIT_SCALE: numberThat((scale) => scale > 0, "must be a number above 0").default(1),
  DEMO: onOff.optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"], {
    error: "must be debug, info, warn or error",
  }).default("info"),
  DENO_DEPLOYMENT_ID: z.string().optional(),
  OTEL_DENO: z.string().optional(),
}).refine((env) => (env.VAPID_PUBLIC_KEY === undefined) === (env.VAPID_PRIVATE_KEY === undefined), {
  error: "must be set together with the other key of the pair",
  path: ["VAPID_PRIVATE_KEY"],
}).refine((env) => isPair(env.VAPID_PUBLIC_KEY, env.VAPID_PRIVATE_KEY), {
  error: "must be the private key of VAPID_PUBLIC_KEY",
  path: ["VAPID_PRIVATE_KEY"],
}).refine((env) => env.DENO_KV_URL === undefined || env.DENO_KV_ACCESS_TOKEN !== undefined, {
  error: "must be set, because DENO_KV_URL names a KV server",
  path: ["DENO_KV_ACCESS_TOKEN"],
});

/** What the process was told, checked. */
export interface Config {
  port: number;
  host: string;
  store: StoreLocation;
  appName: string;
  /** The public origin behind a proxy; null: each request's own. */
  appOrigin: string | null;
  jwtSecret: string | null;
  jwks: { url: string | null; issuer: string | null; audience: string | null };
  adminEmails: string[];
  vapid: { publicKey: string; privateKey: string } | null;
  vapidSubject: string | null;
  pushGraceMs: number;
  pushAllowedOrigins: string[];
  rateLimitScale: number;
  /** null: the "try it" button on an empty store decides. */
  demo: boolean | null;
  logLevel: "debug" | "info" | "warn" | "error";
  /** The runtime exports spans (`OTEL_*` tells it where to). */
  tracing: boolean;
}

/** Names that may be set: what the run task's permission to read the environment lists. */
export const configNames: readonly string[] = Object.keys(environmentSchema.def.shape);

const SECRETS = /SECRET|TOKEN|PRIVATE/;

/** A value that can't be used; the message names the variable, what was given and what it must be. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Parses the environment. Throws {@link ConfigError} that lists everything that is wrong. */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is one that was not set: what compose files and shells produce.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        const value = given[name];
        const shown = value === undefined
          ? "nothing"
          : SECRETS.test(name)
          ? `a value of ${value.length} characters`
          : JSON.stringify(value);
        return `${name}: given ${shown}, but it ${issue.message}`;
      }).join("\n"),
    );
  }
  const env = parsed.data;
  return {
    port: env.PORT,
    host: env.HOST,
    store: locate(env),
    appName: env.APP_NAME,
    appOrigin: env.APP_ORIGIN ?? null,
    jwtSecret: env.JWT_SECRET ?? null,
    jwks: {
      url: env.AUTH_JWKS_URL ?? null,
      issuer: env.AUTH_ISSUER ?? null,
      audience: env.AUTH_AUDIENCE ?? null,
    },
    adminEmails: env.ADMIN_EMAILS.map((email) => email.toLowerCase()),
    vapid: env.VAPID_PUBLIC_KEY && env.VAPID_PRIVATE_KEY
      ? { publicKey: env.VAPID_PUBLIC_KEY, privateKey: env.VAPID_PRIVATE_KEY }
      : null,
    vapidSubject: env.VAPID_SUBJECT ?? null,
    pushGraceMs: env.PUSH_GRACE_SECONDS * 1000,
    pushAllowedOrigins: env.PUSH_ALLOWED_ORIGINS,
    rateLimitScale: env.RATE_LIMIT_SCALE,
    demo: env.DEMO === undefined ? null : env.DEMO === "on",
    logLevel: env.LOG_LEVEL,
    tracing: env.OTEL_DENO === "true" || env.OTEL_DENO === "1",
  };
}

/** Whether a public key is that of a private one on P-256; true where one is missing. */
function isPair(publicKey: string | undefined, privateKey: string | undefined): boolean {
  if (publicKey === undefined || privateKey === undefined) return true;
  try {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(privateKey, "base64url");
    return ecdh.getPublicKey("base64url") === publicKey;
  } catch {
    return false;
  }
}

function locate(env: z.infer<typeof environmentSchema>): StoreLocation {
  if (env.DENO_KV_URL) return { kind: "server", url: env.DENO_KV_URL };
  if (env.DENO_DEPLOYMENT_ID) return { kind: "deploy" };
  return { kind: "file", path: `${env.DATA_DIR.replace(/\/$/, "")}/skilllink.sqlite3` };
}

/** The configuration of this process. */
export function readConfig(): Config {
  return parseConfig(Object.fromEntries(configNames.map((name) => [name, Deno.env.get(name)])));
}
