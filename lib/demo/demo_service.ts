/**
 * See `types.ts`. People with fixed ids, and one row that says that all of it is there; everything
 * else is ordinary data.
 */
import { SignJWT } from "jose";
import { z } from "zod";
import type { ChatService } from "../chat/types.ts";
import type { Accounts, AuthService, UserService } from "../identity/types.ts";
import { keys } from "../kv/keys.ts";
import { type Clock, delay } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { Message } from "../shared/message_schema.ts";
import { type Bot, type BotOptions, createBot } from "./bot.ts";
import { personas } from "./script.ts";
import { type Past, type PersonaIds, personaIds, seedDemo } from "./seed.ts";
import type { DemoService } from "./types.ts";

/** Written when the demo is whole. A demo of an earlier release has other ids. */
const demoRow = z.strictObject({
  ids: z.strictObject({
    maya: z.string(),
    jonas: z.string(),
    amira: z.string(),
    sage: z.string(),
  }),
});

/** Seconds for which the platform's token is good: one request. */
const TOKEN_SECONDS = 60;

/** A server that has not made the demo by then has died: another one goes on. */
const CLAIM_MS = 10_000;
/** One waits a little longer than that for a demo that another server makes. */
const PATIENCE_MS = 2 * CLAIM_MS;
const WAIT_STEP_MS = 250;

/** What {@link createDemo} needs. */
export interface DemoOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  /** DEMO: true, false, or null where an empty store decides. */
  wanted: boolean | null;
  /** Behind a public origin a demo is made only when it is asked for. */
  production: boolean;
  /** How a host platform's token is signed, and what it must say. */
  token: { secret: string; issuer: string | null; audience: string | null };
  users: Pick<UserService, "listIds" | "onCreated">;
  accounts: Accounts;
  sessions: Pick<AuthService, "listSessions" | "revokeSession">;
  chat: Pick<ChatService, "send" | "markRead">;
  /** Opened to make the demo, closed as soon as it is made. */
  openPast(): Past & { close(): void };
  /** Hears the messages that this server has taken. */
  onMessage(listener: (message: Message) => void): () => void;
  tell: BotOptions["tell"];
  /** Takes a request as the network would. */
  callApi(request: Request): Promise<Response>;
}

/** The demo of one process. */
export function createDemo(options: DemoOptions): DemoService {
  const { kv, clock, log, wanted, production, accounts } = options;
  /** Once it is whole, nothing about it changes. */
  let known: PersonaIds | null = null;
  /** Others are in the store, which does not change back. */
  let hasOthers = false;
  let bot: Bot | null = null;
  let unhear = () => {};
  let making: Promise<PersonaIds> | null = null;

  async function find(): Promise<PersonaIds | null> {
    if (known) return known;
    const { value } = await kv.get(keys.demo());
    if (value === null) return null;
    const { ids } = demoRow.parse(value);
    if (known === null && wanted !== false) wake(ids);
    return known = ids;
  }

  /** Offered when asked for, or while nobody but the demo's own people is in the store. */
  async function isOffered(): Promise<boolean> {
    if (wanted !== null) return wanted;
    if (production || hasOthers) return false;
    const own = new Set(Object.values(await find() ?? personaIds));
    const ids = await options.users.listIds({ limit: own.size + 1 });
    hasOthers = ids.some((id) => !own.has(id));
    return !hasOthers;
  }

  /** One server makes it; the others wait for its row, and go on in its place if none comes. */
  async function make(): Promise<PersonaIds> {
    for (let waited = 0; waited < PATIENCE_MS; waited += WAIT_STEP_MS) {
      const ids = await find();
      if (ids) return ids;
      if (await claim()) return await seed();
      await delay(clock, WAIT_STEP_MS);
    }
    throw new AppError("unavailable", "Cannot open the demo: it is still being made", {
      retryAfter: 5,
    });
  }

  async function claim(): Promise<boolean> {
    const held = await kv.get<number>(keys.demoClaim());
    if (held.value !== null && clock.now() - held.value <= CLAIM_MS) return false;
    return (await kv.atomic().check(held).set(keys.demoClaim(), clock.now()).commit()).ok;
  }

  async function seed(): Promise<PersonaIds> {
    const past = options.openPast();
    try {
      await seedDemo({ accounts, past, now: clock.now() });
    } catch (error) {
      // The next try need not wait; where the store is away it waits for the claim's end.
      await kv.delete(keys.demoClaim()).catch(() => {});
      throw error;
    } finally {
      past.close();
    }
    await kv.set(keys.demo(), { ids: personaIds } satisfies z.infer<typeof demoRow>);
    log.info("The demo was made");
    return await find() ?? personaIds;
  }

  async function ensure(): Promise<PersonaIds> {
    return await (making ??= make().finally(() => {
      making = null;
    }));
  }

  function wake(ids: PersonaIds): void {
    const { chat, tell } = options;
    const awake = bot = createBot({ botId: ids.sage, chat, tell, clock, log });
    unhear = options.onMessage((message) => awake.hear(message));
  }

  /** What a learning platform would make for its instructor. */
  async function platformToken(subject: string): Promise<string> {
    const { secret, issuer, audience } = options.token;
    const now = Math.floor(clock.now() / 1000);
    const token = new SignJWT({ role: "instructor" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + TOKEN_SECONDS);
    if (issuer !== null) token.setIssuer(issuer);
    if (audience !== null) token.setAudience(audience);
    return await token.sign(new TextEncoder().encode(secret));
  }

  /** An instructor of the demo must not be one among real people. */
  async function retire(): Promise<void> {
    const ids = await find();
    if (!ids || await isOffered()) return;
    for (const userId of Object.values(ids)) {
      for (const { id } of await options.sessions.listSessions(userId, null)) {
        await options.sessions.revokeSession(userId, id);
      }
    }
  }

  /** The first account of somebody else ends a demo that is there while the store is empty. */
  const unlisten = wanted !== null || production ? () => {} : options.users.onCreated(
    async (userId) => {
      const own = Object.values(known ?? personaIds);
      if (own.includes(userId)) return;
      await retire();
      unlisten();
    },
  );

  function noDemo(): AppError {
    return new AppError("not_found", "Cannot open the demo: there is none here");
  }

  return {
    async offer() {
      if (!await isOffered()) return null;
      return personas.filter(({ playable }) => playable)
        .map(({ key, name, role }) => ({ key, name, role }));
    },
    async enter(key, caller) {
      const persona = personas.find((one) => one.key === key && one.playable);
      if (!persona || !await isOffered()) throw noDemo();
      const ids = await ensure();
      const signedIn = await accounts.signIn(ids[persona.key], caller);
      if (await isOffered()) return signedIn;
      // Somebody has signed up meanwhile, and may have looked for sessions before this one was there.
      await retire();
      throw noDemo();
    },
    async includes(userId) {
      if (!known && !Object.values(personaIds).includes(userId)) return false;
      const ids = await find();
      return ids !== null && Object.values(ids).includes(userId);
    },
    async grade(userId) {
      const ids = await find();
      if (!ids || !Object.values(ids).includes(userId)) {
        throw new AppError("forbidden", "Cannot grade: that is for the people of the demo");
      }
      const token = await platformToken(ids.amira);
      const grade = ["A", "A−", "B+"][Math.floor(clock.now() / 1000) % 3];
      const response = await options.callApi(
        new Request("http://localhost/api/notifications", {
          method: "POST",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
            "idempotency-key": crypto.randomUUID(),
          },
          body: JSON.stringify({
            to: { userId },
            type: "assignment.graded",
            category: "grades",
            title: "Assignment graded",
            message:
              `“The rent that nobody counted” got ${grade}. Dr. Amira Hassan left two comments.`,
            link: "/chat",
          }),
        }),
      );
      if (response.status !== 201) {
        throw new AppError("unavailable", `Cannot grade: the API answered ${response.status}`);
      }
      await response.body?.cancel();
    },
    async start() {
      await retire();
      if (wanted === true) await ensure();
    },
    close() {
      unlisten();
      unhear();
      bot?.close();
    },
  };
}
