/** Pushes for notifications: who still has not seen one when its grace is over. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { keys } from "../kv/keys.ts";
import { getRows } from "../kv/transact.ts";
import { type Urgency, urgencySchema } from "../shared/notification_schema.ts";
import type {
  PushContent,
  PushJob,
  PushRecipients,
  PushService,
  PushSource,
} from "../push/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { Bell } from "./bell_reader.ts";
import { countOf, isHidden, isRead, isSeen, type OwnLog } from "./inbox.ts";
import type { Addressee } from "./notification_events.ts";
import { logOf, parseNotificationId } from "./notification_id.ts";
import { contentSchema, type EntryRow, type LogName, type SentRow } from "./notification_rows.ts";
import { logsOf } from "./send_operation.ts";

/** People of one page. */
const PAGE = 100;
const TAG = "notification:";

const referenceSchema = z.object({
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("users"), userIds: z.array(z.string()) }),
    z.object({ kind: z.literal("room"), roomId: z.string() }),
    z.object({ kind: z.literal("broadcast") }),
  ]),
  id: z.string(),
  seq: z.number(),
  at: z.number(),
  content: contentSchema,
  urgency: urgencySchema,
  collapseKey: z.string().nullable(),
});
/** What a job needs to be made into pushes. */
export type PushReference = z.infer<typeof referenceSchema>;

/** The job of one part of a send. */
export function pushJob(
  index: number,
  reference: PushReference,
  dueAt: number,
): Omit<PushJob, "attempt"> {
  const id = `${TAG}${reference.seq}.${index}`;
  return {
    id,
    source: "notification",
    reference,
    dueAt,
    createdAt: reference.at,
    trace: reference.id,
  };
}

/** See {@link PushReference}. */
export function pushReference(
  to: Addressee,
  sent: SentRow,
  about: Pick<PushReference, "content"> & { urgency?: Urgency; collapseKey?: string },
): PushReference {
  const { id, seq, at } = sent;
  return {
    to: to.kind === "users" ? { kind: "users", userIds: [...to.userIds] } : to,
    id,
    seq,
    at,
    content: about.content,
    urgency: about.urgency ?? "normal",
    collapseKey: about.collapseKey ?? null,
  };
}

/** The tag by which a newer notification replaces an older one (P22): its collapse key, or its id. */
export function tagOf({ id, collapseKey }: Pick<PushReference, "id" | "collapseKey">): string {
  if (collapseKey === null) return TAG + id;
  // A tag has a bounded length, and a colon that no id holds.
  return `${TAG}key:${createHash("sha256").update(collapseKey).digest("hex").slice(0, 32)}`;
}

/** What {@link createNotificationPush} needs. */
export interface NotificationPushOptions {
  kv: Deno.Kv;
  rooms: Pick<RoomService, "memberIds">;
  push: Pick<PushService, "listOwners">;
  readBell(userId: string): Promise<Bell>;
  /** True when a window of this person can be seen right now. */
  isVisible(userId: string): boolean;
}

/** The source named "notification". */
export function createNotificationPush(options: NotificationPushOptions): PushSource {
  const { kv, rooms, push, readBell, isVisible } = options;

  async function pageOf(to: PushReference["to"], after: string | null): Promise<string[]> {
    if (to.kind === "broadcast") {
      return await push.listOwners({ limit: PAGE, after: after ?? undefined });
    }
    const all = to.kind === "room" ? await rooms.memberIds(to.roomId) ?? [] : to.userIds;
    return all.filter((id) => after === null || id > after).sort().slice(0, PAGE);
  }

  /** The entry in the log of each of them; the room's and everybody's is one. */
  async function entriesOf(
    { to, seq }: PushReference,
    userIds: readonly string[],
  ): Promise<(EntryRow | null)[]> {
    const logs = to.kind === "users" ? logsOf({ kind: "users", userIds }) : logsOf(to);
    const rows = await getRows<EntryRow>(kv, logs.map((log) => keys.notification(log, seq)));
    return userIds.map((_, i) => rows[to.kind === "users" ? i : 0]?.value ?? null);
  }

  return {
    async recipients(job, cursor, only): Promise<PushRecipients> {
      const reference = referenceSchema.parse(job.reference);
      const userIds = only === undefined ? await pageOf(reference.to, cursor) : [only];
      const full = only === undefined && userIds.length === PAGE;
      const page: PushRecipients = {
        recipients: [],
        suppressed: [],
        next: full ? userIds.at(-1) ?? null : null,
      };
      const entries = await entriesOf(reference, userIds);
      await Promise.all(userIds.map(async (userId, i) => {
        const entry = entries[i];
        const bell = entry ? await readBell(userId) : null;
        const log = bell && logIn(bell, reference, userId);
        // Not theirs: sent before they came, or they have left the room meanwhile.
        if (!entry || !bell || !log || entry.ord <= log.state.start) return;
        // What is kept out of the bell may come as a push: nobody has read it there.
        const reason = isHidden(log.state, entry.ord)
          ? isKeptOut(bell, entry) ? null : "it was snoozed before it was due"
          : isRead(log.state, entry.ord)
          ? "it was read before it was due"
          : isSeen(log.state, entry.ord)
          ? "it was seen in the bell before it was due"
          : isVisible(userId)
          ? "a visible window has shown it"
          : null;
        if (reason) page.suppressed.push({ userId, reason });
        else {
          const content = contentFor(reference, countOf(bell.logs).unseenCount);
          page.recipients.push({ userId, content });
        }
      }));
      return page;
    },

    async readTags(userId, tags) {
      const own = tags.filter((tag) => tag.startsWith(TAG));
      if (own.length === 0) return [];
      const bell = await readBell(userId);
      // Several may lie behind a collapse key, so its tag is closed when nothing at all is unread.
      if (countOf(bell.logs).unreadCount === 0) return own;
      const places = own.map((tag) => ({ tag, place: parseNotificationId(tag.slice(TAG.length)) }))
        .flatMap(({ tag, place }) => {
          const name = place && logOf(place, userId);
          const log = bell.logs.find((other) => other.name === name);
          return place && log ? [{ tag, log, seq: place.seq }] : [];
        });
      const rows = await getRows<EntryRow>(
        kv,
        places.map(({ log, seq }) => keys.notification(log.name, seq)),
      );
      return places.flatMap(({ tag, log }, i) => {
        const entry = rows[i]?.value;
        if (!entry || !isRead(log.state, entry.ord)) return [];
        return isHidden(log.state, entry.ord) && isKeptOut(bell, entry) ? [] : [tag];
      });
    },

    unread: async (userId) => countOf((await readBell(userId)).logs).unseenCount,
  };
}

/** Hidden by its reader's preferences, not because they have put it off. */
function isKeptOut({ hides }: Bell, { category }: EntryRow): boolean {
  return hides?.(category) ?? false;
}

function logIn({ logs }: Bell, { to }: PushReference, userId: string): OwnLog | undefined {
  const name: LogName | undefined = logsOf(
    to.kind === "users" ? { kind: "users", userIds: [userId] } : to,
  )[0];
  return logs.find((log) => log.name === name);
}

function contentFor(reference: PushReference, unseen: number): PushContent {
  const { id, at, content, urgency } = reference;
  return {
    title: content.title,
    body: content.message,
    navigate: content.link ?? "/notifications",
    tag: tagOf(reference),
    urgency,
    timestamp: at,
    badge: unseen,
    dismiss: `/api/notifications/${id}/read`,
    subject: { category: content.category, isUrgent: urgency === "high" },
  };
}
