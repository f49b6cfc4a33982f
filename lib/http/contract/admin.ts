/** The contract of `/api/admin`: what operators set while the site runs. */
import { z } from "zod";
import { type EndpointSpec, spec } from "../spec.ts";

export const rotateVapidSpec = spec({
  method: "POST",
  path: "/api/admin/vapid/rotate",
  summary:
    "Replace the VAPID pair whose public key is named by a new one. Devices that subscribed " +
    "with it are pushed to as before until they subscribe again; those of the pair before it no " +
    "more. A key that is replaced already changes nothing",
  tag: "system",
  access: { kind: "role", roles: ["admin"], scope: "admin" },
  body: z.strictObject({
    publicKey: z.string().regex(/^[\w-]{87}$/, "must be 87 characters of base64url"),
  }),
  status: [200],
  failures: [409],
  data: z.strictObject({ publicKey: z.string() }),
});

/** Every endpoint of operators. */
export const admin: readonly EndpointSpec[] = [rotateVapidSpec];
