/** Profiles: reads through a cache that the journal keeps true, writes through the journal. */
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { Person, Role } from "../shared/user_schema.ts";
import type { Journal, JournalView } from "../kv/journal/types.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import { BoundedMap } from "./bounded_map.ts";
import { parseIdentityEvent, userChanged } from "./events.ts";
import { searchPeople } from "./people_search.ts";
import type { UserService } from "./types.ts";
import {
  getUser,
  getUsers,
  parseUser,
  putUser,
  type StoredUser,
  toPerson,
  toUser,
} from "./user_repository.ts";

/** Profiles in memory. */
const CACHED_MAX = 20_000;

/** What {@link createUserService} needs. */
export interface UserServiceOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  log: Logger;
  /** Lower case; whoever registered with one of these is an admin. */
  adminEmails: readonly string[];
}

/** What a host platform's token says about its subject. */
export interface HostProfile {
  userId: string;
  name: string | null;
  avatar: string | null;
}

/** The service, with what only identity itself may use. */
export interface Profiles extends UserService {
  /** The stored profile, from memory where it can be. */
  find(userId: string): Promise<StoredUser | null>;
  /** The role in force without a token's word. */
  roleOf(user: StoredUser): Role;
  /** Makes the profile of a new subject, and takes over a name or avatar that the token changed. */
  ensure(profile: HostProfile): Promise<StoredUser>;
  /** Makes the profile of an account that nobody signs in to by password, unless it is there. */
  create(input: { id: string; name: string; role: Role }): Promise<StoredUser>;
  /** Tells that an account was written by somebody else; see {@link UserService.onCreated}. */
  tellCreated(userId: string): Promise<void>;
}

/** The profiles of one process. */
export function createUserService(
  { kv, journal, clock, log, adminEmails }: UserServiceOptions,
): Profiles {
  const created = new Set<(userId: string) => Promise<void>>();
  let cache = new BoundedMap<string, StoredUser>(CACHED_MAX);
  /** Moves with each change: what was read before it may be old and is not kept. */
  let changes = 0;

  journal.listen((events) => {
    for (const { payload } of events) {
      const event = parseIdentityEvent(payload);
      if (event?.type !== "user.changed") continue;
      changes++;
      const known = cache.get(event.person.id);
      if (known) cache.set(known.id, { ...known, ...event.person });
    }
  });
  journal.onGap(() => {
    changes++;
    cache = new BoundedMap(CACHED_MAX);
  });

  async function find(userId: string): Promise<StoredUser | null> {
    const known = cache.get(userId);
    if (known) return known;
    const before = changes;
    const user = await getUser(kv, userId);
    if (user && before === changes) cache.set(userId, user);
    return user;
  }

  async function findMany(userIds: readonly string[]): Promise<StoredUser[]> {
    const found = new Map<string, StoredUser>();
    const missing: string[] = [];
    for (const id of new Set(userIds)) {
      const known = cache.get(id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    const before = changes;
    for (const user of await getUsers(kv, missing)) {
      if (!user) continue;
      found.set(user.id, user);
      if (before === changes) cache.set(user.id, user);
    }
    return userIds.map((id) => found.get(id)).filter((user) => user !== undefined);
  }

  /** Decides on the stored row; `null` from `decide` leaves everything as it is. */
  async function write(
    userId: string,
    decide: (stored: StoredUser | null) => StoredUser | null,
  ): Promise<StoredUser> {
    const key = keys.user(userId);
    let isNew = false;
    const user = await journal.commit({
      shard: NOTIFICATION_SHARD,
      reads: [key],
      apply(view: JournalView) {
        const stored = parseUser(view.get(key));
        isNew = stored === null;
        const next = decide(stored);
        if (next === null) {
          if (stored === null) throw notFound();
          return stored;
        }
        putUser(view, stored, next);
        view.emit(userChanged(toPerson(next)));
        return next;
      },
    });
    changes++;
    cache.set(userId, user);
    if (isNew) await tellCreated(userId);
    return user;
  }

  async function tellCreated(userId: string): Promise<void> {
    for (const listener of created) {
      try {
        await listener(userId);
      } catch (error) {
        log.error("Could not follow up a new account", { userId, ...errorFields(error) });
      }
    }
  }

  function roleOf(user: StoredUser): Role {
    return user.email !== null && adminEmails.includes(user.email) ? "admin" : user.role;
  }

  return {
    find,
    roleOf,
    async ensure({ userId, name, avatar }) {
      const claims = { name, avatar };
      const sameClaims = (user: StoredUser) =>
        user.claims?.name === claims.name && user.claims.avatar === claims.avatar;
      const known = await find(userId);
      if (known && sameClaims(known)) return known;
      return await write(userId, (stored) => {
        if (stored === null) {
          return {
            id: userId,
            name: name ?? userId.slice(0, 80),
            avatar,
            email: null,
            role: "member",
            createdAt: clock.now(),
            claims,
          };
        }
        if (sameClaims(stored)) return null;
        return {
          ...stored,
          // What the token leaves out, or says as before, stays as the person has set it.
          name: name !== null && name !== stored.claims?.name ? name : stored.name,
          avatar: avatar !== stored.claims?.avatar && avatar !== null ? avatar : stored.avatar,
          claims,
        };
      });
    },
    create: ({ id, name, role }) =>
      write(id, (stored) =>
        stored ? null : {
          id,
          name,
          avatar: null,
          email: null,
          role,
          createdAt: clock.now(),
          claims: null,
        }),
    tellCreated,
    onCreated(listener) {
      created.add(listener);
      return () => void created.delete(listener);
    },
    getPerson: async (userId) => {
      const user = await find(userId);
      return user && toPerson(user);
    },
    getPeople: async (userIds): Promise<Person[]> => (await findMany(userIds)).map(toPerson),
    peekPerson(userId) {
      const user = cache.get(userId);
      return user ? toPerson(user) : null;
    },
    async requireUser(userId) {
      const user = await find(userId);
      if (!user) throw notFound();
      return toUser(user, roleOf(user));
    },
    exists: async (userId) => (await find(userId)) !== null,
    async updateMe(userId, change) {
      const user = await write(userId, (stored) => {
        if (stored === null) return null;
        return {
          ...stored,
          name: change.name ?? stored.name,
          avatar: change.avatar === undefined ? stored.avatar : change.avatar,
        };
      });
      return toUser(user, roleOf(user));
    },
    search: (query, page) => searchPeople(kv, query, page),
    async listIds({ limit, after }) {
      const rows = kv.list({
        prefix: keys.users(),
        ...(after === undefined ? {} : { start: keys.user(after) }),
      }, { limit: limit + 1 });
      const ids: string[] = [];
      for await (const row of rows) {
        const id = String(row.key[1]);
        if (id !== after && ids.length < limit) ids.push(id);
      }
      return ids;
    },
  };
}

function notFound(): AppError {
  return new AppError("not_found", "Cannot find the user: no such user");
}
