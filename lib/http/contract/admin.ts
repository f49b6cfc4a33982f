/** The contract of `/api/admin`: what operators set while the site runs. */
import { z } from "zod";
import { pushSettingsSchema } from "../../shared/preferences_schema.ts";
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

export const pushSettingsSpec = spec({
  method: "GET",
  path: "/api/admin/push",
  summary: "What holds for all pushes",
  tag: "system",
  access: { kind: "role", roles: ["admin"], scope: "admin" },
  status: [200],
  data: pushSettingsSchema,
});

export const setPushSettingsSpec = spec({
  method: "PUT",
  path: "/api/admin/push",
  summary:
    "Set what holds for all pushes: with hideContent none of them holds a word, a name, a link " +
    "or an id of what it is about",
  tag: "system",
  access: { kind: "role", roles: ["admin"], scope: "admin" },
  body: pushSettingsSchema,
  status: [200],
  data: pushSettingsSchema,
});

/** Every endpoint of operators. */
export const admin: readonly EndpointSpec[] = [
  rotateVapidSpec,
  pushSettingsSpec,
  setPushSettingsSpec,
];
