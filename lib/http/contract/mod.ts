/** The whole REST contract as one table: what is served, checked and described by OpenAPI. */
import type { EndpointSpec } from "../spec.ts";
import { admin } from "./admin.ts";
import { auth } from "./auth.ts";
import { messages } from "./messages.ts";
import { notifications } from "./notifications.ts";
import { rooms } from "./rooms.ts";
import { system } from "./system.ts";
import { users } from "./users.ts";

/** Every endpoint, by tag. */
export const contract: readonly EndpointSpec[] = [
  ...auth,
  ...users,
  ...messages,
  ...rooms,
  ...notifications,
  ...admin,
  ...system,
];

/** Methods of the endpoints that a path fits, HEAD with GET; none: no such path. */
export function allowedMethods(path: string): string[] {
  const fitting = contract.filter((spec) => patternOf(spec.path).test(path));
  // A literal segment wins over a parameter, as in the router.
  const literal = fitting.filter((spec) => spec.path === path);
  const methods = (literal.length > 0 ? literal : fitting).map((spec) => spec.method as string);
  if (methods.includes("GET")) methods.push("HEAD");
  return [...new Set(methods)].sort();
}

function patternOf(path: string): RegExp {
  const source = path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
