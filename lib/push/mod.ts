/** Web push: subscriptions, encryption, delivery with retries, and what became of each push. */
export { createPush, type PushOptions } from "./push_service.ts";
export type { PushContent, PushJob, PushRecipients, PushService, PushSource } from "./types.ts";
export type { VapidConfig } from "./vapid.ts";
