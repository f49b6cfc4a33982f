/** The contract of `/api/rooms`. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const rooms: readonly EndpointSpec[] = [];
