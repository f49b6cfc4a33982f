/** The contract of `/api/notifications`. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const notifications: readonly EndpointSpec[] = [];
