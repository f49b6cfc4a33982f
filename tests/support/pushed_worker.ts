/** The service worker of a page, with pushes handed to it by the debugging protocol. */
import type { BrowserContext, CDPSession, Page, Worker } from "playwright-core";
import { until } from "../../lib/testing/fake_clock.ts";

/** What a notification of the browser shows. */
export interface Shown {
  title: string;
  body: string;
  tag: string;
  renotify: boolean;
  icon: string;
  badge: string;
  timestamp: number;
  data: { navigate: string; dismiss: string | null };
  actions: { action: string; title: string }[];
}

/** What a worker of these tests keeps: how many notifications have got onto the screen. */
interface Scope {
  registration: ServiceWorkerRegistration;
  onScreen: number;
  NotificationEvent: new (type: string, init: unknown) => Event;
  dispatchEvent(event: Event): boolean;
}

/** See the header of this module. */
export class PushedWorker {
  #pushes = 0;

  private constructor(
    private readonly page: Page,
    /** The worker's own global scope. */
    readonly worker: Worker,
    private readonly session: CDPSession,
    private readonly target: { origin: string; registrationId: string },
  ) {}

  /** The worker of a page that registers one. */
  static async of(context: BrowserContext, page: Page): Promise<PushedWorker> {
    const session = await context.newCDPSession(page);
    const { promise: registered, resolve } = Promise.withResolvers<string>();
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [registration] = registrations;
      if (registration) resolve(registration.registrationId);
    });
    await session.send("ServiceWorker.enable");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    const worker = context.serviceWorkers()[0] ?? await context.waitForEvent("serviceworker");
    await worker.evaluate(() => {
      const scope = globalThis as unknown as Scope;
      const { registration } = scope;
      const show = registration.showNotification.bind(registration);
      scope.onScreen = 0;
      Object.defineProperty(registration, "showNotification", {
        value: async (...args: Parameters<typeof show>) => {
          await show(...args);
          scope.onScreen++;
        },
      });
    });
    const origin = new URL(page.url()).origin;
    return new PushedWorker(page, worker, session, {
      origin,
      registrationId: await registered,
    });
  }

  /** Hands it a push, as a browser does once it has decrypted one. */
  async push(data: string): Promise<void> {
    this.#pushes++;
    await this.session.send("ServiceWorker.deliverPushMessage", { ...this.target, data });
  }

  /**
   * What is shown. Chromium forgets a notification that it is asked about between the moment it has
   * noted it and the moment it is on the screen, so the question waits until every push is there.
   */
  async shown(): Promise<Shown[]> {
    await until(
      async () =>
        await this.worker.evaluate(() => (globalThis as unknown as Scope).onScreen) >=
          this.#pushes,
      "each push shows a notification",
    );
    return await this.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map((one) => {
        // The DOM's types leave out what Chromium has.
        const all = one as unknown as Shown;
        const { title, body, tag, renotify, icon, badge, timestamp, data } = all;
        const actions = all.actions.map(({ action, title }) => ({ action, title }));
        return { title, body, tag, renotify, icon, badge, timestamp, data, actions };
      });
    });
  }

  /** Waits until the titles of what is shown are these, in any order. */
  async waitFor(...titles: string[]): Promise<Shown[]> {
    const wanted = titles.sort().join(", ");
    let shown: Shown[] = [];
    let seen = "";
    await until(
      async () => {
        shown = await this.shown();
        seen = shown.map(({ title }) => title).sort().join(", ");
        return seen === wanted;
      },
      () => `the notifications shown are "${wanted}"; they are "${seen}"`,
    );
    return shown;
  }

  /** Does with the notification of this title what a person would. */
  async press(title: string, action = ""): Promise<void> {
    await this.worker.evaluate(async ([title, action]) => {
      const scope = globalThis as unknown as Scope;
      const notification = (await scope.registration.getNotifications())
        .find((one) => one.title === title);
      if (!notification) throw new Error(`Cannot press "${title}": it is not shown`);
      scope.dispatchEvent(
        new scope.NotificationEvent("notificationclick", { notification, action }),
      );
    }, [title, action]);
  }
}
