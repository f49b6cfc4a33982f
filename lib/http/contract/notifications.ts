/** The contract of `/api/notifications`. */
import { z } from "zod";
import { idSchema, seqSchema, timeSchema } from "../../shared/basics.ts";
import {
  countsSchema,
  deviceSchema,
  notificationSchema,
  notificationsQuery,
  notifiedSchema,
  notifyBody,
  pushOutcomeSchema,
  pushSubscriptionBody,
} from "../../shared/notification_schema.ts";
import {
  categoriesBody,
  categorySchema,
  preferencesBody,
  preferencesSchema,
} from "../../shared/preferences_schema.ts";
import { doctorSchema } from "../../shared/doctor_schema.ts";
import { traceQuery, traceSchema } from "../../shared/trace_schema.ts";
import { type EndpointSpec, spec } from "../spec.ts";

const upToBody = z.strictObject({ upTo: seqSchema.optional() });
/** An id that can't be one names nothing: 404. */
const params = z.strictObject({ id: idSchema });

export const sendNotificationSpec = spec({
  method: "POST",
  path: "/api/notifications",
  summary: "Notify a person, several, a room or everybody. An instructor reaches the rooms that " +
    "they are in. With a sendAt ahead it waits until then, and the id is what cancels it",
  tag: "notifications",
  access: { kind: "role", roles: ["instructor", "admin"], scope: "notifications:send" },
  body: notifyBody,
  headers: {
    "Idempotency-Key": "1 to 128 visible ASCII characters: the same body again within 30 days " +
      "answers the same and sends nothing, another body is refused with 422",
  },
  status: [201],
  failures: [404, 422],
  data: notifiedSchema,
  limit: "notify",
});

export const cancelNotificationSpec = spec({
  method: "DELETE",
  path: "/api/notifications/{id}",
  summary: "Cancel what an own sendAt still holds back; an admin cancels anybody's",
  tag: "notifications",
  access: { kind: "role", roles: ["instructor", "admin"], scope: "notifications:send" },
  params,
  status: [204],
  failures: [409],
});

export const traceNotificationSpec = spec({
  method: "GET",
  path: "/api/notifications/{id}/trace",
  summary: "The way of an own notification, for a month: who has it in which state, and what " +
    "became of the push to each device; an admin traces anybody's. people is a page by user id",
  tag: "notifications",
  access: {
    kind: "role",
    roles: ["member", "instructor", "admin"],
    scope: "notifications:send",
  },
  params,
  query: traceQuery,
  status: [200],
  data: traceSchema,
  paged: true,
});

export const listNotificationsSpec = spec({
  method: "GET",
  path: "/api/notifications",
  summary: "Own notifications, newest first: all but the archived ones, the unread ones, the " +
    "archived ones, or those that are put off. page.before is the seq to continue with",
  tag: "notifications",
  access: { kind: "user" },
  query: notificationsQuery,
  status: [200],
  data: z.array(notificationSchema),
  also: countsSchema.shape,
  paged: true,
});

export const readNotificationSpec = spec({
  method: "PUT",
  path: "/api/notifications/{id}/read",
  summary: "Mark one read",
  tag: "notifications",
  access: { kind: "user" },
  params,
  status: [200],
  data: countsSchema,
});

export const readAllNotificationsSpec = spec({
  method: "PUT",
  path: "/api/notifications/read-all",
  summary: "Mark all read, or those up to a seq: what was seen, say",
  tag: "notifications",
  access: { kind: "user" },
  body: upToBody,
  status: [200],
  data: countsSchema,
});

export const archiveNotificationSpec = spec({
  method: "PUT",
  path: "/api/notifications/{id}/archive",
  summary: "Archive one, which reads it too",
  tag: "notifications",
  access: { kind: "user" },
  params,
  status: [200],
  data: countsSchema,
});

export const snoozeNotificationSpec = spec({
  method: "PUT",
  path: "/api/notifications/{id}/snooze",
  summary: "Put one off until a time: it leaves lists and counts, and comes back as a new one. " +
    "null brings it back now",
  tag: "notifications",
  access: { kind: "user" },
  params,
  body: z.strictObject({ until: timeSchema.nullable() }),
  status: [200],
  failures: [409],
  data: countsSchema,
});

export const seenNotificationsSpec = spec({
  method: "PUT",
  path: "/api/notifications/seen",
  summary: "Mark those up to a seq seen, or all: what opening the bell does",
  tag: "notifications",
  access: { kind: "user" },
  body: upToBody,
  status: [200],
  data: countsSchema,
});

export const vapidKeySpec = spec({
  method: "GET",
  path: "/api/notifications/vapid-key",
  summary: "The key that browsers subscribe with (applicationServerKey)",
  tag: "notifications",
  access: { kind: "public" },
  status: [200],
  data: z.strictObject({ publicKey: z.string() }),
});

export const subscribeSpec = spec({
  method: "POST",
  path: "/api/notifications/subscribe",
  summary: "Take pushes on this browser; again for the same endpoint renews it",
  tag: "notifications",
  access: { kind: "user" },
  body: pushSubscriptionBody,
  status: [201],
  data: z.strictObject({ deviceId: idSchema }),
  limit: "subscribe",
});

export const unsubscribeSpec = spec({
  method: "DELETE",
  path: "/api/notifications/subscribe",
  summary: "Take no more pushes at this endpoint",
  tag: "notifications",
  access: { kind: "user" },
  body: z.strictObject({ endpoint: z.string().min(1).max(2048) }),
  status: [204],
});

export const listDevicesSpec = spec({
  method: "GET",
  path: "/api/notifications/devices",
  summary: "Own devices with what became of the last push to each, the last seen first",
  tag: "notifications",
  access: { kind: "user" },
  status: [200],
  data: z.array(deviceSchema),
});

export const changeDeviceSpec = spec({
  method: "PATCH",
  path: "/api/notifications/devices/{id}",
  summary: "Switch pushes to an own device on or off",
  tag: "notifications",
  access: { kind: "user" },
  params,
  body: z.strictObject({ enabled: z.boolean() }),
  status: [200],
  data: deviceSchema,
});

export const removeDeviceSpec = spec({
  method: "DELETE",
  path: "/api/notifications/devices/{id}",
  summary: "Remove an own device",
  tag: "notifications",
  access: { kind: "user" },
  params,
  status: [204],
});

export const doctorSpec = spec({
  method: "GET",
  path: "/api/notifications/doctor",
  summary: "Why one gets no pushes, step by step, as far as the server can tell",
  tag: "notifications",
  access: { kind: "user" },
  status: [200],
  data: doctorSchema,
});

export const testPushSpec = spec({
  method: "POST",
  path: "/api/notifications/test",
  summary: "Push to each own device now, and say what became of it",
  tag: "notifications",
  access: { kind: "user" },
  status: [200],
  data: z.array(
    z.strictObject({ deviceId: idSchema, name: z.string(), outcome: pushOutcomeSchema }),
  ),
  limit: "push_test",
});

export const preferencesSpec = spec({
  method: "GET",
  path: "/api/notifications/preferences",
  summary: "What one is told, by category and channel, and the own quiet hours",
  tag: "notifications",
  access: { kind: "user" },
  status: [200],
  data: preferencesSchema,
});

export const setPreferencesSpec = spec({
  method: "PUT",
  path: "/api/notifications/preferences",
  summary: "Change the own preferences: what is not named stays as it is",
  tag: "notifications",
  access: { kind: "user" },
  body: preferencesBody,
  status: [200],
  data: preferencesSchema,
});

export const categoriesSpec = spec({
  method: "GET",
  path: "/api/notifications/categories",
  summary: "The categories of the site and what holds where nobody has chosen",
  tag: "notifications",
  access: { kind: "role", roles: ["member", "instructor", "admin"], scope: "admin" },
  status: [200],
  data: z.array(categorySchema),
});

export const setCategoriesSpec = spec({
  method: "PUT",
  path: "/api/notifications/categories",
  summary: "Replace the categories of the site. One is named general: its rules hold for names " +
    "that are not in the list",
  tag: "notifications",
  access: { kind: "role", roles: ["admin"], scope: "admin" },
  body: categoriesBody,
  status: [200],
  data: z.array(categorySchema),
});

/** Every endpoint under this tag. */
export const notifications: readonly EndpointSpec[] = [
  sendNotificationSpec,
  cancelNotificationSpec,
  traceNotificationSpec,
  listNotificationsSpec,
  readNotificationSpec,
  readAllNotificationsSpec,
  archiveNotificationSpec,
  snoozeNotificationSpec,
  seenNotificationsSpec,
  vapidKeySpec,
  subscribeSpec,
  unsubscribeSpec,
  listDevicesSpec,
  changeDeviceSpec,
  removeDeviceSpec,
  doctorSpec,
  testPushSpec,
  preferencesSpec,
  setPreferencesSpec,
  categoriesSpec,
  setCategoriesSpec,
];
