/**
 * What quiet hours hold back comes as one push at their end. The job has one row for each person and
 * end, whoever writes it, and its push one tag and time, which a device takes once: so there is one
 * digest, also after a crash and with several servers.
 */
import { z } from "zod";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import type { Clock } from "../shared/clock.ts";
import { jobRow, PUSH_TTL_MS } from "./push_job.ts";
import type { PushContent, PushSource, PushSourceName } from "./types.ts";

/** Things that are kept by name; more are counted alone. */
const ITEMS_MAX = 30;
/** Characters of a title that are kept. */
const TITLE_MAX = 100;
const BODY_MAX = 200;
/** Lines of a digest. */
const LINES_MAX = 5;

const itemSchema = z.object({
  source: z.enum(["message", "notification", "digest"]),
  tag: z.string(),
  title: z.string(),
  body: z.string(),
  navigate: z.string(),
});
type Item = z.infer<typeof itemSchema>;

/** What waits for one end of one person's quiet time: the newest of each tag, the oldest first. */
const deferredSchema = z.object({
  items: z.array(itemSchema),
  /** Tags beyond those that are kept. */
  more: z.number(),
});
type Deferred = z.infer<typeof deferredSchema>;

const referenceSchema = z.object({ userId: z.string(), until: z.number() });

/** What {@link Digests} needs. */
export interface DigestsOptions {
  kv: Deno.Kv;
  clock: Clock;
  /** The other sources: they know what was read meanwhile. */
  sources: ReadonlyMap<PushSourceName, PushSource>;
  /** A digest was stored that is due at `at` (ms). */
  onStored(at: number): void;
}

/** Keeps what is held back, and is the source of the digests. */
export class Digests implements PushSource {
  constructor(private readonly options: DigestsOptions) {}

  /** Keeps `content` for the digest of `userId` at `until` (ms). A newer one of its tag replaces it. */
  async defer(
    source: PushSourceName,
    userId: string,
    content: PushContent,
    until: number,
  ): Promise<void> {
    const { kv, clock, onStored } = this.options;
    const key = keys.deferredPush(userId, until);
    const item: Item = {
      source,
      tag: content.tag,
      title: content.title.slice(0, TITLE_MAX),
      body: content.body.slice(0, BODY_MAX),
      navigate: content.navigate,
    };
    const job = jobRow({
      id: `digest:${userId}`,
      source: "digest",
      reference: { userId, until },
      dueAt: until,
      createdAt: until,
      attempt: 0,
    }, 0);
    await transact(kv, async (tx) => {
      const kept = parse(await tx.get(key));
      tx.set(key, withItem(kept, item), { expireIn: until - clock.now() + PUSH_TTL_MS });
      tx.set(job.key, job.value);
    }, { clock });
    onStored(until);
  }

  async recipients(job: { reference: unknown }) {
    const { kv, sources } = this.options;
    const { userId, until } = referenceSchema.parse(job.reference);
    const { items, more } = parse((await kv.get(keys.deferredPush(userId, until))).value);
    const read = new Set<string>();
    for (const [name, source] of sources) {
      const tags = items.filter((item) => item.source === name).map(({ tag }) => tag);
      if (tags.length === 0) continue;
      for (const tag of await source.readTags?.(userId, tags) ?? []) read.add(tag);
    }
    const unread = items.filter(({ tag }) => !read.has(tag));
    if (unread.length === 0) return { recipients: [], suppressed: [], next: null };
    const content = digestOf(unread, more, until);
    return { recipients: [{ userId, content }], suppressed: [], next: null };
  }

  /** A digest is read once nothing at all is unread. */
  async readTags(userId: string, tags: readonly string[]): Promise<string[]> {
    const counts = [...this.options.sources.values()].map((source) => source.unread?.(userId) ?? 0);
    const unread = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    return unread === 0 ? [...tags] : [];
  }
}

function parse(value: unknown): Deferred {
  return value === null ? { items: [], more: 0 } : deferredSchema.parse(value);
}

function withItem({ items, more }: Deferred, item: Item): Deferred {
  const others = items.filter(({ tag }) => tag !== item.tag);
  const kept = [...others, item].slice(-ITEMS_MAX);
  return { items: kept, more: more + others.length + 1 - kept.length };
}

/** One push for all: the thing itself when it is only one, else a line for each of the newest. */
function digestOf(items: readonly Item[], more: number, until: number): PushContent {
  // The badge is the sum over the other sources.
  const common = {
    tag: "digest",
    urgency: "normal",
    timestamp: until,
    badge: 0,
    subject: { category: null, isUrgent: true },
  } as const;
  const [first] = items;
  if (first && items.length === 1 && more === 0) {
    return { ...common, title: first.title, body: first.body, navigate: first.navigate };
  }
  const onlyMessages = items.every(({ source }) => source === "message");
  return {
    ...common,
    title: `${items.length + more} new while it was quiet`,
    body: items.slice(-LINES_MAX).reverse().map(({ title, body }) => `${title}: ${body}`).join(
      "\n",
    ),
    navigate: onlyMessages ? "/chat" : "/notifications",
  };
}
