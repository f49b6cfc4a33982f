/** The figures of every rate limit; RATE_LIMIT_SCALE multiplies both columns. */

/** A token bucket: `burst` at once, then `perSecond` for ever. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}

/**
 * By name. In memory of each server, for each person, key or (for strangers) address, unless it says
 * "kept": those are rows of the store, the same on every server and after a restart.
 */
export const rateLimits = {
  /** Every REST request. A page that opens makes about ten. */
  api: { burst: 300, perSecond: 30 },
  /** Pages of whoever is signed in, with the requests beside them: more than any reader turns. */
  page: { burst: 300, perSecond: 30 },
  /** Pages of strangers, by address: a whole school may sit behind one. */
  page_address: { burst: 1000, perSecond: 100 },
  /** Forms of pages (signing in and up, the demo), by person or address. */
  form: { burst: 200, perSecond: 5 },
  /** Messages, over REST and the socket together: twenty pasted at once are no reason to refuse. */
  send: { burst: 100, perSecond: 10 },
  /** Socket frames, by type: of all twenty sockets of a person together. */
  read: { burst: 200, perSecond: 20 },
  typing: { burst: 40, perSecond: 4 },
  history: { burst: 100, perSecond: 10 },
  resume: { burst: 60, perSecond: 1 },
  refresh: { burst: 10, perSecond: 0.1 },
  visibility: { burst: 60, perSecond: 4 },
  ping: { burst: 60, perSecond: 4 },
  /** Opening a socket: more than the twenty that one may hold, so that all come back after a cut. */
  socket: { burst: 60, perSecond: 1 },
  ticket: { burst: 60, perSecond: 1 },
  search: { burst: 60, perSecond: 5 },
  room: { burst: 60, perSecond: 1 },
  /** Sending notifications, by person or key. */
  notify: { burst: 300, perSecond: 50 },
  subscribe: { burst: 30, perSecond: 0.2 },
  push_test: { burst: 5, perSecond: 0.1 },
  profile: { burst: 20, perSecond: 0.2 },
  keys: { burst: 20, perSecond: 0.2 },
  /** Kept. Wrong passwords of one account from one address; the right one empties the count. */
  login_account: { burst: 10, perSecond: 1 / 30 },
  /**
   * Kept. The same from wherever: more than one address can use up, so that no stranger locks an
   * account's owner out.
   */
  login_everywhere: { burst: 100, perSecond: 1 / 10 },
  /** Kept. Sign-ins from one address: a whole class may sit behind it. */
  login_address: { burst: 100, perSecond: 1 / 2 },
  /** Kept. New accounts from one address. */
  register_address: { burst: 60, perSecond: 1 / 10 },
} as const satisfies Record<string, RateLimit>;

/** Name of a limit. */
export type RateLimitName = keyof typeof rateLimits;
