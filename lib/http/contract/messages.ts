/** The contract of `/api/messages`. */
import type { EndpointSpec } from "../spec.ts";

/** Every endpoint under this tag. */
export const messages: readonly EndpointSpec[] = [];
