/** The contract of the users tag. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const users: readonly EndpointSpec[] = [];
