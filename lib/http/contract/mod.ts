/** The whole REST contract as one table: what is served, checked and described by OpenAPI. */
import type { EndpointSpec } from "../spec.ts";
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
  ...system,
];
