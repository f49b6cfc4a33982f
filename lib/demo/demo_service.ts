/** See `types.ts`. The demo is one row: who its people are; everything else is ordinary data. */
import { SignJWT } from "jose";
import { z } from "zod";
import type { ChatService, RoomService } from "../chat/types.ts";
import type { Accounts, AuthService, UserService } from "../identity/types.ts";
import { keys } from "../kv/keys.ts";
import { type Clock, delay } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { Message } from "../shared/message_schema.ts";
import { type Bot, type BotOptions, createBot } from "./bot.ts";
import { personas } from "./script.ts";
import { seedDemo, type SeedOptions } from "./seed.ts";
import type { DemoService } from "./types.ts";

const demoRow = z.strictObject({
  ids: z.strictObject({
    maya: z.string(),
    jonas: z.string(),
    amira: z.string(),
    sage: z.string(),
  }),
});
type DemoRow = z.infer<typeof demoRow>;

/** Seconds for which the platform's token is good: one request. */
const TOKEN_SECONDS = 60;

/** For how long a server may take to make the demo before another one tries. */
const CLAIM_MS = 15_000;
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
  users: Pick<UserService, "listIds">;
  accounts: Accounts;
  sessions: Pick<AuthService, "listSessions" | "revokeSession">;
  chat: Pick<ChatService, "send" | "markRead">;
  past: SeedOptions["past"] & { rooms: RoomService };
  /** Hears the messages that this server has taken. */
  onMessage(listener: (message: Message) => void): () => void;
  tell: BotOptions["tell"];
  /** Takes a request as the network would. */
  callApi(request: Request): Promise<Response>;
}

/** The demo of one process. */
export function createDemo(options: DemoOptions): DemoService {
  const { kv, clock, log, wanted, production, accounts, past } = options;
  let bot: Bot | null = null;
  let making: Promise<DemoRow> | null = null;

  async function find(): Promise<DemoRow | null> {
    const { value } = await kv.get(keys.demo());
    return value === null ? null : demoRow.parse(value);
  }

  /** Offered when asked for, or while nobody but the demo's own people is in the store. */
  async function isOffered(row: DemoRow | null): Promise<boolean> {
    if (wanted !== null) return wanted;
    if (production) return false;
    const own = new Set(row ? Object.values(row.ids) : []);
    const ids = await options.users.listIds({ limit: own.size + 1 });
    return ids.every((id) => own.has(id));
  }

  /** One server makes it; the others wait for its row. */
  async function make(): Promise<DemoRow> {
    const claim = await kv.get<number>(keys.demoClaim());
    const stale = claim.value === null || clock.now() - claim.value > CLAIM_MS;
    const taken = stale &&
      (await kv.atomic().check(claim).set(keys.demoClaim(), clock.now()).commit()).ok;
    if (!taken) return await waitForRow();
    const row = { ids: await seedDemo({ accounts, past, now: clock.now() }) };
    await kv.set(keys.demo(), row);
    log.info("The demo was made");
    return row;
  }

  async function waitForRow(): Promise<DemoRow> {
    for (let waited = 0; waited < CLAIM_MS; waited += WAIT_STEP_MS) {
      const row = await find();
      if (row) return row;
      await delay(clock, WAIT_STEP_MS);
    }
    throw new AppError("unavailable", "Cannot open the demo: it is still being made", {
      retryAfter: 5,
    });
  }

  async function ensure(): Promise<DemoRow> {
    making ??= find().then((row) => row ?? make()).finally(() => {
      making = null;
    });
    const row = await making;
    wake(row);
    return row;
  }

  function wake(row: DemoRow): void {
    const { chat, tell } = options;
    bot ??= createBot({ botId: row.ids.sage, chat, tell, clock, log });
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
    const row = await find();
    if (!row || await isOffered(row)) return;
    for (const userId of Object.values(row.ids)) {
      for (const { id } of await options.sessions.listSessions(userId, null)) {
        await options.sessions.revokeSession(userId, id);
      }
    }
  }

  const unlisten = options.onMessage((message) => bot?.hear(message));

  return {
    async offer() {
      if (!await isOffered(await find())) return null;
      return personas.filter(({ playable }) => playable)
        .map(({ key, name, role }) => ({ key, name, role }));
    },
    async enter(key, caller) {
      const persona = personas.find((one) => one.key === key && one.playable);
      if (!persona || !await isOffered(await find())) {
        throw new AppError("not_found", "Cannot open the demo: there is none here");
      }
      const { ids } = await ensure();
      return await accounts.signIn(ids[persona.key], caller);
    },
    async includes(userId) {
      const row = await find();
      return row !== null && Object.values(row.ids).includes(userId);
    },
    async grade(userId) {
      const row = await find();
      if (!row || !Object.values(row.ids).includes(userId)) {
        throw new AppError("forbidden", "Cannot grade: that is for the people of the demo");
      }
      const token = await platformToken(row.ids.amira);
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
    retire,
    async start() {
      await retire();
      const row = await find();
      if (row && wanted !== false) wake(row);
      else if (wanted === true) await ensure();
    },
    close() {
      unlisten();
      bot?.close();
    },
  };
}
