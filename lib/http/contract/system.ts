/** The contract of the system tag. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const system: readonly EndpointSpec[] = [];
