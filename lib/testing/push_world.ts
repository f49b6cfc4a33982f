/** Push alone: the real service on a store in memory, a source that a test fills, a push service. */
// @ts-types="@types/web-push"
import webpush from "web-push";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { keys } from "../kv/keys.ts";
import { openStore, type Store } from "../kv/store.ts";
import { createPush } from "../push/push_service.ts";
import type { PushContent, PushService, PushSource } from "../push/types.ts";
import { silentLogger } from "../shared/logger.ts";
import { createFakeClock, type FakeClock, until } from "./fake_clock.ts";

/** A browser that subscribes. */
export const caller = {
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
  address: "::1",
};
/** PUSH_GRACE_SECONDS, in ms. */
export const GRACE = 5000;

/** Keys to go on with. */
export type VapidChange = PushWorld["vapid"] & { isStored?: boolean };

/** See {@link createPushWorld}. */
export interface PushWorld extends AsyncDisposable {
  store: Store;
  clock: FakeClock;
  push: PushService;
  service: PushFixture;
  vapid: { publicKey: string; privateKey: string };
  /** What the source answers; by user. */
  unread: Map<string, PushContent>;
  /** Who is left out, and why. */
  suppressed: Map<string, string>;
  /** Tags that were read. */
  read: Set<string>;
  /** How often the source was asked. */
  asked: number;
  /** What jitter is drawn. */
  random: number;
  /** Closes the service and opens another on the same store. */
  restart(vapid?: VapidChange): Promise<PushService>;
  /** Rows of jobs. */
  jobs(): Promise<unknown[]>;
  /** Dead letters. */
  dead(): Promise<{ reason: string }[]>;
  /** Makes a job that is due after the grace. */
  make(id?: string): Promise<void>;
}

/** A fresh world for each test. */
export async function createPushWorld(): Promise<PushWorld> {
  const store = await openStore({ kind: "memory" });
  const clock = createFakeClock();
  const service = new PushFixture(clock.now);
  const rows = async <T>(prefix: Deno.KvKey) =>
    (await Array.fromAsync(store.kv.list<T>({ prefix }))).map(({ value }) => value);
  const open = (vapid: VapidChange) => {
    const push = createPush({
      store,
      clock,
      config: {
        appName: "SkillLink",
        appOrigin: null,
        pushGraceMs: GRACE,
        pushAllowedOrigins: [service.origin],
      },
      vapid: { ...vapid, subject: "mailto:ops@example.org" },
      log: silentLogger,
      random: () => world.random,
    });
    push.registerSource("notification", source);
    return push;
  };
  const source: PushSource = {
    recipients(job, cursor) {
      world.asked++;
      // One person a page.
      const users = [...new Set([...world.unread.keys(), ...world.suppressed.keys()])].sort();
      const [userId, after] = cursor === null ? users : users.slice(users.indexOf(cursor));
      const given = userId === undefined ? undefined : world.unread.get(userId);
      const content = given?.tag === "by job" ? { ...given, tag: job.id } : given;
      const reason = userId === undefined ? undefined : world.suppressed.get(userId);
      return Promise.resolve({
        recipients: userId && content && !reason ? [{ userId, content }] : [],
        suppressed: userId && reason ? [{ userId, reason }] : [],
        next: after ?? null,
      });
    },
    readTags: (_userId, tags) => Promise.resolve(tags.filter((tag) => world.read.has(tag))),
    unread: () => Promise.resolve(7),
  };
  const vapid = webpush.generateVAPIDKeys();
  const world: PushWorld = {
    store,
    clock,
    push: open(vapid),
    service,
    vapid,
    unread: new Map(),
    suppressed: new Map(),
    read: new Set(),
    asked: 0,
    random: 0.5,
    async restart(next = vapid) {
      await world.push.close();
      return world.push = open(next);
    },
    jobs: () => rows(keys.pushJobs()),
    dead: () => rows(["dead_push"]),
    async make(id = "n1") {
      const { push } = world;
      const job = { id, source: "notification", reference: { seq: 1 } } as const;
      const row = push.jobRow({ ...job, dueAt: push.dueAt(), createdAt: clock.now() });
      await store.kv.set(row.key, row.value);
    },
    async [Symbol.asyncDispose]() {
      await world.push.close();
      await service[Symbol.asyncDispose]();
      store.close();
    },
  };
  return world;
}

/** Something to push, made now. */
export function content(clock: FakeClock, change: Partial<PushContent> = {}): PushContent {
  return {
    title: "Graded",
    body: "You passed",
    navigate: "/a",
    tag: "n1",
    urgency: "high",
    timestamp: clock.now(),
    badge: 1,
    ...change,
  };
}

/** Moves the time on until `condition` holds; pushes leave the process, so real time passes too. */
export async function advanceUntil(
  world: PushWorld,
  condition: () => boolean | Promise<boolean>,
  what: string,
  step = 500,
) {
  await until(
    async () => {
      if (await condition()) return true;
      await world.clock.advance(step);
      return await condition();
    },
    what,
  );
}
/** True once no job is left. */
export const idle = (world: PushWorld) => async () => (await world.jobs()).length === 0;
