/** The contract of the auth tag. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const auth: readonly EndpointSpec[] = [];
