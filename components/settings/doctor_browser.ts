import { realPushBrowser } from "../../lib/client/push_browser.ts";
import type { DoctorBrowser } from "./doctor.ts";

/** A worker that is not there after this does not come. */
const WORKER_MS = 5000;

/** The browser that the page runs in. */
export function realDoctorBrowser(): DoctorBrowser {
  const push = realPushBrowser();
  return {
    isSecure: () => isSecureContext,
    support: push.support,
    permission: push.permission,
    subscription: push.subscription,
    hasWorker: () =>
      Promise.race([
        navigator.serviceWorker.ready.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WORKER_MS)),
      ]),
  };
}
