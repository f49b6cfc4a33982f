import assert from "node:assert/strict";
import { avatarColour } from "../../components/ui/initials.ts";
import type { SignedIn } from "../identity/types.ts";
import { App } from "fresh";
import { Builder } from "fresh/dev";
import { SignJWT } from "jose";
import { fileURLToPath } from "node:url";
import { createServices } from "../app.ts";
import { type Config, parseConfig } from "../config.ts";
import type { State } from "../http/state.ts";
import { withServices } from "../http/with_services.ts";
import type { Services } from "../services.ts";
import { silentLogger } from "../shared/logger.ts";
import { createFakeClock, type FakeClock, until } from "../testing/fake_clock.ts";
import { createWorld } from "../testing/world.ts";
import { answerTo } from "./bot.ts";
import {
  BOT_FALLBACK,
  botAnswers,
  botLines,
  cohortLines,
  directLines,
  personas,
  tutorLines,
} from "./script.ts";
import { personaIds } from "./seed.ts";

const caller = { userAgent: "test", address: "192.0.2.1" };
/** Milliseconds of real time that a busy machine may take. */
const PATIENT = 30_000;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The whole product on a store in memory. */
async function inProduct(
  environment: Record<string, string>,
  run: (services: Services, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = createFakeClock();
  const config: Config = { ...parseConfig(environment), store: { kind: "memory" } };
  let app: App<State> | null = null;
  const services = await createServices(config, {
    clock,
    log: silentLogger,
    callApi: async (request) => {
      if (!app) {
        app = new App<State>().use(withServices(services));
        (await new Builder({ root }).build({ snapshot: "memory" }))(app.fsRoutes());
      }
      return await app.handler()(request);
    },
  });
  try {
    await run(services, clock);
  } finally {
    await services.close();
  }
}

Deno.test("demo: people, a cohort and a history, made once however often one enters", async () => {
  await inProduct({}, async ({ demo, chat, users }) => {
    assert.deepEqual((await demo.offer())?.map(({ key }) => key), ["maya", "jonas", "amira"]);
    const [maya, again] = await Promise.all([
      demo.enter("maya", caller),
      demo.enter("maya", caller),
    ]);
    assert.equal(maya.user.id, again.user.id);
    const jonas = await demo.enter("jonas", caller);
    assert.equal((await users.listIds({ limit: 50 })).length, personas.length);
    const { conversations } = await chat.listConversations(maya.user.id, { limit: 20 });
    assert.deepEqual(conversations.map(({ kind }) => kind), ["direct", "room", "direct", "direct"]);
    const room = conversations.find(({ kind }) => kind === "room");
    assert.equal(room?.seq, cohortLines.length);
    assert.equal(room.unreadCount, 0);
    assert.equal(conversations[0]?.partner?.id, jonas.user.id);
    assert.equal(conversations[0].unreadCount, 3);
    const { messages } = await chat.history(maya.user.id, room.id, { limit: 200 });
    const times = messages.map(({ createdAt }) => createdAt);
    assert.deepEqual(times, [...times].sort());
    assert.ok(new Set(times.map((time) => time.slice(0, 10))).size > 3, "it spans days");
  });
});

Deno.test("demo: its people have four colours, whichever store they are in", () => {
  const colours = personas.map(({ key }) => avatarColour(personaIds[key]));
  assert.equal(new Set(colours).size, personas.length);
});

for (const commits of [1, 3, 8, 9, 40]) {
  Deno.test(`demo: one that was left half made after ${commits} writes is gone on with`, async () => {
    let left = Infinity;
    const hung: ((reason: Error) => void)[] = [];
    await using world = await createWorld({
      shared: true,
      faults: {
        commit: (commit) =>
          left-- > 0 ? commit() : new Promise((_, reject) => void hung.push(reject)),
      },
    });
    const other = await world.another();
    left = commits;
    let isStuck = true;
    world.services.demo.enter("maya", caller).catch(() => {}).finally(() => isStuck = false);
    await until(() => hung.length > 0, "the first server hangs", PATIENT);

    let entered: SignedIn | undefined;
    const entering = other.services.demo.enter("maya", caller).then((one) => void (entered = one));
    await until(
      async () => {
        await world.clock.advance(500);
        return entered !== undefined;
      },
      "another server goes on",
      PATIENT,
    );
    await entering;

    const said = async () => {
      const maya = personaIds.maya;
      const list = await other.chat.listConversations(maya, { limit: 20 });
      return await Promise.all(
        list.conversations.map(async ({ id }) =>
          (await other.chat.history(maya, id, { limit: 200 })).messages.map(({ content }) =>
            content
          )
        ),
      );
    };
    const whole = [directLines, cohortLines, tutorLines, botLines]
      .map((lines) => lines.map(([, text]) => text));
    assert.deepEqual(await said(), whole);

    // Late, the first one comes back and finishes what it has begun: nothing is said twice (R3).
    left = Infinity;
    for (const reject of hung) reject(new Error("the store was away"));
    await until(
      async () => {
        await world.clock.advance(500);
        return !isStuck;
      },
      "the first server is done",
      PATIENT,
    );
    assert.deepEqual(await said(), whole);
  });
}

Deno.test("demo: the instructor may make rooms, the learners may not", async () => {
  await inProduct({}, async ({ demo }) => {
    assert.equal((await demo.enter("amira", caller)).user.role, "instructor");
    assert.equal((await demo.enter("maya", caller)).user.role, "member");
  });
});

Deno.test("demo: the bot reads, types and answers", async () => {
  await inProduct({}, async ({ demo, chat }, clock) => {
    const { user } = await demo.enter("maya", caller);
    const { conversations } = await chat.listConversations(user.id, { limit: 20 });
    const sage = conversations.find(({ partner }) => partner?.name === "Sage");
    assert.ok(sage);
    await chat.send(user.id, { conversationId: sage.id, content: "When is it due?" });
    await clock.advance(500);
    await clock.advance(1600);
    const { messages } = await chat.history(user.id, sage.id, { limit: 1 });
    assert.equal(messages[0]?.senderId, sage.partner?.id);
    assert.equal(messages[0]?.content, botAnswers[0]?.answer);
  });
});

Deno.test("demo: a graded assignment goes through the public API and rings the bell", async () => {
  await inProduct({ AUTH_ISSUER: "platform", AUTH_AUDIENCE: "skilllink" }, async (services) => {
    const { demo, notifications } = services;
    const { user } = await demo.enter("maya", caller);
    await demo.grade(user.id);
    const bell = await notifications.list(user.id, { filter: "all", limit: 10 });
    assert.equal(bell.unreadCount, 1);
    assert.equal(bell.notifications[0]?.type, "assignment.graded");
    assert.equal(bell.notifications[0]?.link, "/chat");
  });
});

Deno.test("demo: nobody else may grade", async () => {
  await inProduct({ DEMO: "on" }, async ({ demo, auth, notifications }) => {
    const input = { name: "Eve", email: "eve@example.org", password: "long enough" };
    const { user } = await auth.register(input, caller);
    await assert.rejects(demo.grade(user.id), /people of the demo/);
    assert.equal((await notifications.counts(user.id)).unreadCount, 0);
  });
});

Deno.test("demo: none behind a public origin, with DEMO=off, or beside people of its own", async () => {
  const refused = async ({ demo }: Services) => {
    assert.equal(await demo.offer(), null);
    await assert.rejects(demo.enter("maya", caller), /there is none here/);
  };
  await inProduct({ APP_ORIGIN: "https://chat.example.org" }, refused);
  await inProduct({ DEMO: "off" }, refused);
  await inProduct({}, async (services) => {
    const input = { name: "Eve", email: "eve@example.org", password: "long enough" };
    await services.auth.register(input, caller);
    await refused(services);
  });
});

Deno.test("demo: its people are signed out once somebody has signed up", async () => {
  await inProduct({}, async ({ demo, auth }) => {
    const { cookie } = await demo.enter("amira", caller);
    assert.ok(await auth.authenticateCookie(cookie));
    const input = { name: "Eve", email: "eve@example.org", password: "long enough" };
    const eve = await auth.register(input, caller);
    assert.equal(await auth.authenticateCookie(cookie), null);
    assert.ok(await auth.authenticateCookie(eve.cookie));
  });
});

Deno.test("demo: the first request of a host platform's user ends it as a sign-up does", async () => {
  const secret = "a secret that a host platform shares";
  await inProduct({ JWT_SECRET: secret }, async ({ demo, auth }) => {
    const { cookie, token } = await demo.enter("maya", caller);
    const platform = await new SignJWT({}).setProtectedHeader({ alg: "HS256" })
      .setSubject("learner-7").setExpirationTime(2e9).sign(new TextEncoder().encode(secret));
    await auth.authenticateBearer(platform);
    assert.equal(await auth.authenticateCookie(cookie), null);
    await assert.rejects(auth.authenticateBearer(token), { code: "unauthenticated" });
    assert.equal(await demo.offer(), null);
  });
});

Deno.test("demo: whoever enters while somebody signs up is not left signed in", async () => {
  await using world = await createWorld({ shared: true });
  const other = await world.another();
  // Let in by the one server, and then the sign-up on another is quicker.
  const { sessionId } = await world.services.demo.enter("amira", caller);
  const late = world.services.demo.enter("amira", caller).then(() => "in", () => "refused");
  await other.auth.register(
    { name: "Eve", email: "eve@example.org", password: "long enough" },
    caller,
  );
  await late;
  const amira = personaIds.amira;
  await until(
    async () => (await world.auth.listSessions(amira, sessionId)).length === 0,
    "nobody of the demo is signed in",
    PATIENT,
  );
});

Deno.test("demo: with DEMO=on its people stay signed in beside others", async () => {
  await inProduct({ DEMO: "on" }, async ({ demo, auth }) => {
    const { cookie } = await demo.enter("amira", caller);
    const input = { name: "Eve", email: "eve@example.org", password: "long enough" };
    await auth.register(input, caller);
    assert.ok(await auth.authenticateCookie(cookie));
  });
});

Deno.test("demo: nobody can be the bot, or somebody who is not there", async () => {
  await inProduct({}, async ({ demo }) => {
    await assert.rejects(demo.enter("sage", caller), /there is none here/);
    await assert.rejects(demo.enter("eve", caller), /there is none here/);
  });
});

Deno.test("bot: answers by whole words, and says what it knows when it knows none", () => {
  assert.equal(answerTo("Which AXIS should I use?"), botAnswers[2]?.answer);
  assert.equal(answerTo("what about history"), BOT_FALLBACK);
});
