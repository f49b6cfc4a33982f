/**
 * Every key of the store, made here and nowhere else. Parts come from validated strings, so no part
 * holds more than 128 characters and a key stays far below the limit of 2,048 bytes.
 */

type Key = Deno.KvKey;

/** Conversations are spread over this many shards. */
export const CONVERSATION_SHARDS = 9;
/** The shard of notifications and of account events. Ten keys can be watched at once, hence 9 + 1. */
export const NOTIFICATION_SHARD = 9;
/** All shards. */
export const SHARDS = 10;

/**
 * Tables whose rows may be put in their places a moment after the commit that made them, where one
 * process has the store to itself: they are in its log until then, and are read through the journal.
 */
const LATE_TABLES: ReadonlySet<Deno.KvKeyPart> = new Set([
  "conversation",
  "member",
  "message",
  "sent",
]);

/** Whether the row of `key` may follow its log row. */
export function mayFollow(key: Key): boolean {
  return LATE_TABLES.has(key[0]!);
}

/** The keys, by what they name. */
export const keys = {
  schema: (): Key => ["schema"],
  /** Written to see whether writes are taken. */
  probe: (): Key => ["probe"],
  /** Which life of the store this is: another one after a backup was put back. */
  epoch: (): Key => ["epoch"],
  /** Secrets made on first start: `vapid`, `jwt`. */
  secret: (name: string): Key => ["secret", name],

  // Identity
  user: (userId: string): Key => ["user", userId],
  users: (): Key => ["user"],
  /** The hash of a password, apart from the profile that others read. */
  credential: (userId: string): Key => ["credential", userId],
  userByEmail: (email: string): Key => ["user_by_email", email],
  /** One row a word of the name, for people search. */
  userByWord: (word: string, userId: string): Key => ["user_by_word", word, userId],
  /** Right behind {@link keys.userByWord}: a key sorts after its own beginning. */
  afterUserByWord: (word: string, userId: string): Key => ["user_by_word", word, userId, 0],
  session: (hash: string): Key => ["session", hash],
  sessionOf: (userId: string, sessionId: string): Key => ["session_of", userId, sessionId],
  sessionsOf: (userId: string): Key => ["session_of", userId],
  apiKey: (hash: string): Key => ["api_key", hash],
  apiKeyById: (id: string): Key => ["api_key_by_id", id],
  apiKeys: (): Key => ["api_key_by_id"],
  rateLimit: (name: string, subject: string): Key => ["rate", name, subject],
  ticket: (hash: string): Key => ["ticket", hash],

  // Journal: the log of each shard (design §5)
  head: (shard: number): Key => ["h", shard],
  log: (shard: number, n: number): Key => ["log", shard, n],
  /** Up to which row of a log all rows are in their places; missing: all of them are. */
  placed: (shard: number): Key => ["placed", shard],

  // Chat
  conversation: (id: string): Key => ["conversation", id],
  member: (conversationId: string, userId: string): Key => ["member", conversationId, userId],
  members: (conversationId: string): Key => ["member", conversationId],
  conversationOf: (userId: string, id: string): Key => ["conversation_of", userId, id],
  conversationsOf: (userId: string): Key => ["conversation_of", userId],
  message: (conversationId: string, seq: number): Key => ["message", conversationId, seq],
  messages: (conversationId: string): Key => ["message", conversationId],
  /** Which message a (sender, clientId) made (R3). */
  sent: (senderId: string, clientId: string): Key => ["sent", senderId, clientId],

  // Notifications: one log a user (`u:<id>`), a room (`r:<id>`), and one for everybody (`b`)
  notificationHead: (): Key => ["notification_head"],
  notificationLog: (log: string): Key => ["notification_log", log],
  notification: (log: string, seq: number): Key => ["notification", log, seq],
  notifications: (log: string): Key => ["notification", log],
  /** What somebody has seen, read and archived. */
  inbox: (userId: string): Key => ["inbox", userId],
  inboxTimes: (userId: string, seq: number): Key => ["inbox_times", userId, seq],
  /** What several personal rows share: title, message, link. */
  notificationContent: (seq: number): Key => ["notification_content", seq],
  /** Who sent it and to whom, in the parts in which it was written; kept for a month. */
  notificationRecord: (seq: number, part: number): Key => ["notification_record", seq, part],
  notificationRecords: (seq: number): Key => ["notification_record", seq],
  idempotency: (owner: string, key: string): Key => ["idempotency", owner, key],

  /** What somebody wants to be told, and when. */
  preferences: (userId: string): Key => ["preferences", userId],
  /** What the operator has set for all pushes. */
  pushSettings: (): Key => ["push_settings"],
  /** The operator's categories; missing: the built-in ones. */
  categories: (): Key => ["categories"],

  /** What waits for its time (`sendAt`): by id, by that time, and by who sent it. */
  scheduled: (id: string): Key => ["scheduled", id],
  scheduledAt: (at: number, id: string): Key => ["scheduled_at", at, id],
  scheduledQueue: (): Key => ["scheduled_at"],
  scheduledBy: (sender: string, id: string): Key => ["scheduled_by", sender, id],
  scheduledOf: (sender: string): Key => ["scheduled_by", sender],
  /** What somebody has put off. */
  snoozed: (userId: string, id: string): Key => ["snoozed", userId, id],
  snoozedOf: (userId: string): Key => ["snoozed", userId],

  // Push
  device: (userId: string, deviceId: string): Key => ["device", userId, deviceId],
  devices: (userId: string): Key => ["device", userId],
  deviceOwners: (): Key => ["device"],
  /** Moved by each new device, so that two at once can't pass the limit together. */
  deviceFence: (userId: string): Key => ["device_fence", userId],
  deviceByEndpoint: (hash: string): Key => ["device_by_endpoint", hash],
  /** By the time from which it is worth looking at, so that a worker reads what is due alone. */
  pushJob: (from: number, id: string): Key => ["push_job", from, id],
  pushJobs: (): Key => ["push_job"],
  /** What waits for the end of somebody's quiet time. */
  deferredPush: (userId: string, until: number): Key => ["deferred_push", userId, until],
  /** What became of the pushes of one thing: of a person's devices, and of one device later on. */
  pushOutcomes: (trace: string, userId: string): Key => ["push_outcome", trace, userId],
  pushOutcome: (trace: string, userId: string, deviceId: string): Key => [
    "push_outcome",
    trace,
    userId,
    deviceId,
  ],
  /** When devices were last looked through for old ones (ms). */
  deviceSweep: (): Key => ["device_sweep"],
  deadPush: (id: string): Key => ["dead_push", id],

  // Peers: what servers of one store tell each other of their sockets. Not kept beyond the server.
  /** Moved whenever a server has news: watched by all. */
  peerBell: (): Key => ["peer_bell"],
  /** One row a server: that it lives, and its latest news. */
  peer: (serverId: string): Key => ["peer", serverId],
  peers: (): Key => ["peer"],
  /** Who is connected there, spread over a fixed number of rows. */
  peerUsers: (serverId: string, bucket: number): Key => ["peer_users", serverId, bucket],
  peerUsersOf: (serverId: string): Key => ["peer_users", serverId],

  // Demo
  demo: (): Key => ["demo"],
  /** Held by the server that makes the demo. */
  demoClaim: (): Key => ["demo_claim"],
} as const;
