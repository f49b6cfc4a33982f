/** What a start prints: where it is, where the data is, and what has not been configured. */
import type { Config } from "../config.ts";

/** Lines for a person. `port` is the one that is listened on. */
export function greeting(config: Config, port: number): string {
  const lines = [
    `${config.appName} is ready at ${config.appOrigin ?? addressOf(config.host, port)}`,
    `  Storage   ${describeStore(config)}`,
  ];
  notConfigured(config).forEach((line, index) => {
    lines.push(`  ${index === 0 ? "Not set   " : "          "}${line}`);
  });
  return lines.join("\n");
}

/** Variables that are not set and what that means, the more important ones first. */
export function notConfigured(config: Config): string[] {
  const missing: [boolean, string][] = [
    [
      // An admin's address stands in for it.
      config.vapidSubject === null && config.adminEmails.length === 0,
      "VAPID_SUBJECT: a mailto: or https: address of yours; Apple refuses pushes without one",
    ],
    [
      config.appOrigin === null,
      "APP_ORIGIN: the public origin, needed when a proxy stands in front",
    ],
    [
      config.jwtSecret === null && config.jwks.url === null,
      "JWT_SECRET or AUTH_JWKS_URL: lets another product sign its users in; a secret of our own " +
      "is kept in the store",
    ],
    [
      config.vapid === null,
      "VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY: a pair of our own is kept in the store",
    ],
    [config.adminEmails.length === 0, "ADMIN_EMAILS: nobody is an admin"],
  ];
  return missing.filter(([isMissing]) => isMissing).map(([, line]) => line);
}

function addressOf(host: string, port: number): string {
  // "Every address" is a place to listen on, not one to open.
  const name = host === "0.0.0.0" || host === "::"
    ? "localhost"
    : host.includes(":")
    ? `[${host}]`
    : host;
  return `http://${name}:${port}`;
}

function describeStore({ store }: Config): string {
  switch (store.kind) {
    case "file":
      return `${store.path} (SQLite, for this one process)`;
    case "server":
      return `${store.url} (KV server)`;
    case "deploy":
      return "Deno Deploy's KV";
    case "memory":
      return "memory: nothing is kept";
  }
}
