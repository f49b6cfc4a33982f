/**
 * Pictures of everything that is to be looked at, in `tests/.artifacts/screenshots/`: each scene in
 * light and dark, on a desk and on a phone. What can be wrong with a picture is for eyes; that each
 * scene comes about at all is what these tests check.
 */
import type { BrowserContext, Page } from "playwright-core";
import { screenshot, sizes } from "../support/browser.ts";
import { chatPage, glimpse, openPage, untilOnline } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite({ env: { DEMO: "on" } });

/** One scene in every look. */
async function shoot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? sizes.desktop;
  for (const size of ["desktop", "phone"] as const) {
    await page.setViewportSize(sizes[size]);
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await screenshot(page, `${name}-${size}-${theme}`);
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light" });
}

const say = (world: World, from: Person, to: Person, content: string, replyTo?: string) =>
  world.call<{ id: string }>(from.token, "POST", "/api/messages", {
    receiverId: to.id,
    content,
    ...(replyTo ? { replyTo } : {}),
  });

const openBell = (page: Page) => page.locator("[popovertarget=bell-popover]").click();

test("screenshots: signing in and up, and what is not there", async (world) => {
  world.expectProblem(/400|401|404/);
  const { page } = await world.open();
  await page.goto("/sign-in");
  await shoot(page, "sign-in");
  await page.getByLabel("E-mail").fill("ann@example.org");
  await page.getByLabel("Password", { exact: true }).fill("not the right one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("E-mail or password is wrong").waitFor();
  await shoot(page, "sign-in-wrong");
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Enter 8 to 200 characters.").waitFor();
  await shoot(page, "sign-up-wrong");
  await page.goto("/nowhere");
  await shoot(page, "not-found");
});

test("screenshots: nothing yet", async (world) => {
  const ann = await world.person("Ann Newcomer", { permissions: ["notifications"] });
  const { page } = ann;
  const chat = chatPage(page);
  await chat.open();
  await page.getByText("No conversations yet").waitFor();
  await shoot(page, "chat-empty");
  await openBell(page);
  await page.getByText("All caught up").waitFor();
  await shoot(page, "bell-empty");
  await openPage(page, "/notifications");
  await shoot(page, "notifications-empty");
  const ben = await world.person("Ben Newcomer");
  await chat.open(ben.id);
  await shoot(page, "conversation-before-the-first");
});

test("screenshots: the demo, its history, unread ones, search, bell and toast", async (world) => {
  const { page } = await world.open();
  const chat = chatPage(page);
  await page.goto("/sign-in");
  await untilOnline(page, () => page.getByRole("button", { name: /^Try it/ }).first().click());
  await shoot(page, "chat-list");
  await chat.openRow("Jonas Weber");
  await page.locator("[data-new-line]").waitFor();
  await shoot(page, "conversation-unread");
  await chat.openRow("Data Journalism, autumn cohort");
  await shoot(page, "conversation-room");
  await page.locator(".log").evaluate((log) => log.scrollTo({ top: -1400 }));
  await page.getByRole("button", { name: "Jump to the latest message" }).waitFor();
  await shoot(page, "conversation-scrolled");
  await page.getByRole("combobox").fill("a");
  await page.getByRole("option").first().waitFor();
  await page.setViewportSize(sizes.desktop);
  await screenshot(page, "search-desktop-light");
  await page.getByRole("combobox").fill("");
  await chat.openRow("Sage");
  await Promise.all([glimpse(page, "Sage is typing"), chat.send("Hello")]);
  await shoot(page, "typing");
  await page.getByRole("button", { name: "Grade assignment" }).click();
  await page.getByRole("region").getByText("Assignment graded").waitFor();
  await screenshot(page, "toast-desktop-light");
  await openBell(page);
  await page.getByRole("dialog").getByText("Assignment graded").waitFor();
  await shoot(page, "bell");
});

test("screenshots: every state of a message, and no connection", async (world) => {
  world.expectProblem(/ERR_INTERNET_DISCONNECTED|WebSocket/);
  const ann = await world.person("Ann States");
  const ben = await world.person("Ben States");
  const annChat = chatPage(ann.page);
  // What the server would refuse, and an answer that is long in coming, at the network's place.
  await ann.page.routeWebSocket(/\/api\/socket/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const frame = JSON.parse(`${text}`);
      if (frame.type === "send" && /refused/.test(frame.content)) {
        const { clientId } = frame;
        const message = "Cannot send: refused";
        socket.send(JSON.stringify({ type: "error", clientId, code: "invalid", message }));
      } else if (frame.type !== "send" || !/under way/.test(frame.content)) server.send(text);
    });
  });
  const { id } = await say(world, ben, ann, "Can you look at this?\nIt is the second draft.");
  await say(world, ben, ann, "https://example.org/drafts/the-rent-that-nobody-counted?version=2");
  await annChat.open(ben.id);
  const benChat = chatPage(ben.page);
  await benChat.open(ann.id);
  await say(world, ann, ben, "Reading it now. Give me a minute, the second part is long.", id);
  await say(world, ann, ben, "👍🎉");
  await benChat.see("👍🎉");
  await annChat.see("👍🎉", "read");
  await benChat.open();
  await annChat.send("This one was delivered: they were online and did not look");
  await annChat.see("This one was delivered: they were online and did not look", "delivered");
  await ben.page.goto("about:blank");
  await ann.page.getByText(/^Last seen/).waitFor();
  await annChat.send("This one was sent: they are away");
  await annChat.see("This one was sent: they are away", "sent");
  await annChat.send("This one is refused");
  await annChat.see("This one is refused", "failed");
  await annChat.send("This one is under way");
  await annChat.see("This one is under way", "sending");
  await annChat.composer.fill("And this is being\nwritten");
  await shoot(ann.page, "conversation-states");
  await annChat.message("This one was sent: they are away").locator(".bubble").hover();
  await screenshot(ann.page, "message-actions-desktop-light");
  const draft = annChat.message("Can you look at this?\nIt is the second draft.");
  await draft.locator(".bubble").hover();
  await draft.getByRole("button", { name: "Reply" }).click();
  await shoot(ann.page, "composer-reply");
  await annChat.composer.fill("x".repeat(5003));
  await shoot(ann.page, "composer-too-long");
  await annChat.composer.fill("");
  await ann.context.setOffline(true);
  await ann.page.getByText("You are offline").waitFor();
  await shoot(ann.page, "offline");
});

test("screenshots: notifications of several days and kinds, on their page and in the bell", async (world) => {
  const ann = await world.person("Ann Notices");
  const { page } = ann;
  const notices = [
    ["Essay graded", "“The rent that nobody counted” got an A−. Two comments were left.", "/chat"],
    ["Room changed", "Tomorrow we meet in room 12, on the second floor.", undefined],
    [
      "A title that is longer than the row has room for, so that it has to be cut off",
      "And a text that goes on for a while, so that one sees how the second line ends and where " +
      "what does not fit is cut off, because two lines are all there is for it.",
      "https://example.org/",
    ],
    ["Reading for Thursday", "Chapters three and four.", "/chat"],
  ] as const;
  const ids: string[] = [];
  for (const [title, message, link] of notices) {
    ids.push(await world.notify(ann, { title, message, link }));
  }
  await world.call(ann.token, "PUT", `/api/notifications/${ids[0]}/read`);
  await openPage(page, "/notifications");
  await page.getByRole("main").getByRole("listitem").nth(3).waitFor();
  await shoot(page, "notifications");
  await page.getByRole("main").getByRole("listitem").nth(1).hover();
  await screenshot(page, "notifications-hover-desktop-light");
  await openPage(page, "/chat");
  await openBell(page);
  await page.getByRole("dialog").getByText("Room changed").waitFor();
  await shoot(page, "bell-full");
});

/** Makes the browser's push be in a state; runs in the page before anything else. */
const pushStates: Record<string, (context: BrowserContext, id: string) => Promise<unknown>> = {
  unsupported: (context) =>
    context.addInitScript(() => Reflect.deleteProperty(globalThis, "PushManager")),
  needs_install: (context) =>
    context.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "PushManager");
      Object.defineProperty(navigator, "userAgent", { value: "iPhone" });
    }),
  off: () => Promise.resolve(),
  asking: (context) =>
    context.addInitScript(() => {
      PushManager.prototype.subscribe = () => new Promise(() => {});
    }),
  needs_resubscribe: (context, id) =>
    context.addInitScript((id) => localStorage.setItem("skilllink-push", id), id),
  failed: (context) =>
    context.addInitScript(() => {
      PushManager.prototype.subscribe = () => Promise.reject(new Error("no push service"));
    }),
  on: (context) =>
    context.addInitScript(() => {
      PushManager.prototype.subscribe = async (options) => {
        const pair = await crypto.subtle.generateKey(
          { name: "ECDH", namedCurve: "P-256" },
          true,
          ["deriveBits"],
        );
        const base64url = (bytes: ArrayBuffer) =>
          btoa(String.fromCharCode(...new Uint8Array(bytes)))
            .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
        const endpoint = `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`;
        const p256dh = base64url(await crypto.subtle.exportKey("raw", pair.publicKey));
        const auth = base64url(crypto.getRandomValues(new Uint8Array(16)).buffer);
        const key = options?.applicationServerKey;
        return {
          endpoint,
          options: { applicationServerKey: key instanceof Uint8Array ? key.buffer : key },
          toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
          unsubscribe: () => Promise.resolve(true),
        } as unknown as PushSubscription;
      };
    }),
};

test("screenshots: the settings, with push in every state", async (world) => {
  world.expectProblem(/no push service/);
  const ann = await world.person("Ann Settings");
  await openPage(ann.page, "/settings");
  await ann.page.locator('[data-push="denied"]').waitFor();
  await shoot(ann.page, "settings-push-denied");
  for (const [state, prepare] of Object.entries(pushStates)) {
    const { context, page } = await world.open({ permissions: ["notifications"] });
    await context.addCookies(await ann.context.cookies());
    await prepare(context, ann.id);
    await openPage(page, "/settings");
    if (["asking", "failed", "on"].includes(state)) {
      await page.locator('[data-push="off"]').getByRole("button", { name: "Turn on" }).click();
    }
    await page.locator(`[data-push="${state}"]`).waitFor();
    if (state === "off" || state === "on") await shoot(page, `settings-push-${state}`);
    else {
      await screenshot(page, `settings-push-${state}-desktop-light`);
      await page.setViewportSize(sizes.phone);
      await page.emulateMedia({ colorScheme: "dark" });
      await screenshot(page, `settings-push-${state}-phone-dark`);
    }
  }
});

test("screenshots: long German, and Arabic from right to left", async (world) => {
  const karl = await world.person("Friedrich-Wilhelm von Hohenstaufen-Zähr", { locale: "de-DE" });
  const greta = await world.person("Annegret Müller-Lüdenscheidt-Großmann-Öz");
  const words = [
    "Könntest du bitte noch einmal über die Rechtsschutzversicherungsgesellschaften nachdenken?",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Selbstverständlich. Ich schicke dir die überarbeitete Fassung spätestens übermorgen früh.",
  ];
  for (const [n, text] of words.entries()) {
    await say(world, n % 2 ? karl : greta, n % 2 ? greta : karl, text);
  }
  await world.notify(karl, {
    title: "Leistungsnachweisüberprüfungsverfahren abgeschlossen",
    message: "Die Gesamtbewertung der Studienabschlussarbeit liegt jetzt vor.",
  });
  await openPage(karl.page, `/chat/${greta.id}`);
  await shoot(karl.page, "german");
  await openPage(karl.page, "/settings");
  await shoot(karl.page, "german-settings");

  const layla = await world.person("ليلى عبد الرحمن محمد الأنصاري الأندلسية", { locale: "ar" });
  const omar = await world.person("عمر بن عبد العزيز الخطيب التميمي الدمشقي");
  const lines = [
    "صباح الخير، هل قرأت المسودة الثانية من المقال؟",
    "نعم، قرأتها البارحة. الفقرة الأولى قوية جدًا، لكن الثانية تحتاج إلى ترتيب: see https://example.org/ar?x=1 (الرابط)",
    "شكرًا! 👍",
    "English in between, with 3 numbers: 1, 2, 3.",
  ];
  for (const [n, text] of lines.entries()) {
    await say(world, n % 2 ? layla : omar, n % 2 ? omar : layla, text);
  }
  await openPage(layla.page, `/chat/${omar.id}`);
  await shoot(layla.page, "arabic");
  // There are no Arabic words of the interface; its direction can be looked at all the same.
  await layla.page.evaluate(() => document.documentElement.dir = "rtl");
  await shoot(layla.page, "arabic-rtl");
  await openBell(layla.page);
  await layla.page.getByRole("dialog").waitFor();
  await screenshot(layla.page, "arabic-rtl-bell-desktop-light");
});
