/** The browser's state on real sockets of a real server: what the in-process server can't prove. */
import assert from "node:assert/strict";
import { systemClock } from "../shared/clock.ts";
import { createFakeBrowser } from "../testing/fake_browser.ts";
import { until } from "../testing/fake_clock.ts";
import { noPush } from "../testing/client_world.ts";
import { FakeNetwork } from "../testing/fake_socket.ts";
import { createWorld, type TestPerson, type TestServer, type World } from "../testing/world.ts";
import type { Browser, PageEvent } from "./browser.ts";
import { createLocalStore } from "./local_store.ts";
import { createModel } from "./model.ts";
import type { ConversationModel, InitialState } from "./types.ts";

// Deno's WebSocket takes headers; the DOM's types don't know that.
const SocketWithHeaders = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string>; protocols: string[] },
) => WebSocket;

/** A browser with real sockets and real fetch, whose cable a test can pull. */
async function realBrowser(server: TestServer, { token }: TestPerson) {
  const origin = await server.origin();
  const open = new Set<WebSocket>();
  let opened = 0;
  const pages: ((event: PageEvent) => void)[] = [];
  const headers = { authorization: `Bearer ${token}` };
  const browser: Browser = {
    ...createFakeBrowser(new FakeNetwork()),
    clock: systemClock,
    // No waiting between tries: full jitter may be nothing.
    random: () => 0,
    fetch: (path, init) =>
      fetch(`${origin}${path}`, { ...init, headers: { ...init?.headers, ...headers } }),
    onPage: (listener) => void pages.push(listener),
    openSocket(protocols, events) {
      const url = `${origin.replace("http", "ws")}/api/socket`;
      const socket = new SocketWithHeaders(url, { headers, protocols });
      open.add(socket);
      opened++;
      const end = (code: number) => {
        if (open.delete(socket)) events.close(code);
      };
      socket.onmessage = ({ data }) => open.has(socket) && events.message(data);
      socket.onerror = (event) => event.preventDefault();
      socket.onclose = ({ code }) => end(code);
      return {
        send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
        close(code) {
          open.delete(socket);
          socket.close(code);
        },
      };
    },
  };
  return {
    browser,
    /** The client learns of it at once, the server when it likes. */
    cut() {
      for (const socket of open) {
        const { onclose } = socket;
        onclose?.call(socket, new CloseEvent("close", { code: 1006 }));
        socket.close();
      }
    },
    close: () => pages.forEach((listener) => listener("freeze")),
    wake: () => pages.forEach((listener) => listener("thaw")),
    opened: () => opened,
  };
}

async function page(server: TestServer, person: TestPerson, other: TestPerson) {
  const { users, chat } = server;
  const me = await users.requireUser(person.id);
  const known = await chat.listConversations(person.id, { limit: 30 });
  const partner = { id: other.id, name: other.name, avatar: null };
  const initial: InitialState = {
    appName: "SkillLink",
    locale: "en",
    renderedAt: new Date().toISOString(),
    me,
    vapidKey: null,
    conversations: { rows: known.conversations, after: known.after },
    open: null,
    notifications: { items: [], before: null, counts: { unreadCount: 0, unseenCount: 0 } },
  };
  const real = await realBrowser(server, person);
  const model = createModel(initial, {
    browser: real.browser,
    pushBrowser: noPush,
    store: createLocalStore("memory"),
  });
  model.start();
  const conversation = model.chat.openWith(partner);
  await until(() => model.connection.state.peek().kind === "online", `${person.name} is online`);
  return { ...real, model, chat: conversation };
}

const seqs = (chat: ConversationModel) => chat.messages.peek().map(({ message }) => message.seq);
const texts = (chat: ConversationModel) =>
  chat.messages.peek().map(({ message }) => message.content);
const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

async function people(world: World) {
  return { ann: await world.person("Ann"), ben: await world.person("Ben") };
}

Deno.test("two people, from the first message on: delivered, read, typing, unread", async () => {
  await using world = await createWorld();
  const { ann, ben } = await people(world);
  const a = await page(world, ann, ben);
  const b = await page(world, ben, ann);
  try {
    a.chat.send("Hello");
    await until(() => texts(b.chat).includes("Hello"), "Ben sees it");
    assert.equal(b.chat.unreadCount.peek(), 1);
    await until(() => a.chat.messages.peek()[0]?.state === "delivered", "Ann sees it delivered");
    b.chat.draft.value = "Hi";
    await until(() => a.chat.typing.peek().includes(ben.id), "Ann sees Ben typing");
    b.chat.markRead();
    await until(() => a.chat.messages.peek()[0]?.state === "read", "Ann sees it read");
    assert.equal(b.chat.unreadCount.peek(), 0);
    b.chat.send();
    await until(() => texts(a.chat).length === 2, "Ann has the answer");
    assert.deepEqual(texts(a.chat), ["Hello", "Hi"]);
    assert.deepEqual(a.chat.typing.peek(), []);
    assert.deepEqual(a.model.chat.conversations.peek(), [a.chat]);
  } finally {
    a.close();
    b.close();
  }
});

Deno.test("R3 R4 R5 two people write while their cables are pulled: both show 1..head once, in order", async () => {
  await using world = await createWorld({ shared: true });
  const other = await world.another();
  const { ann, ben } = await people(world);
  const a = await page(world, ann, ben);
  const b = await page(other, ben, ann);
  try {
    const each = 60;
    for (let i = 0; i < each; i++) {
      a.chat.send(`a${i}`);
      b.chat.send(`b${i}`);
      // Somewhere between a frame and its answer, differently for each.
      if (i % 7 === 3) a.cut();
      if (i % 11 === 5) b.cut();
      const sent = () => texts(a.chat).length > 0;
      if (i % 5 === 0) await until(sent, "anything arrives");
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
    }
    for (const [name, { chat, model }] of Object.entries({ a, b })) {
      await until(
        () => model.chat.unsentCount.peek() === 0 && seqs(chat).length === 2 * each,
        `${name} shows everything`,
        20_000,
      );
      assert.deepEqual(seqs(chat), upTo(2 * each));
    }
    assert.ok(a.opened() > 5 && b.opened() > 3, "the cables were pulled");
    assert.deepEqual(texts(a.chat), texts(b.chat));
    const own = (letter: string) => texts(a.chat).filter((text) => text.startsWith(letter));
    assert.deepEqual(own("a"), upTo(each).map((n) => `a${n - 1}`));
    assert.deepEqual(own("b"), upTo(each).map((n) => `b${n - 1}`));
  } finally {
    a.close();
    b.close();
  }
});

Deno.test("R5 a page that slept through more than a resume replays shows the newest page", async () => {
  await using world = await createWorld();
  const { ann, ben } = await people(world);
  const a = await page(world, ann, ben);
  try {
    a.chat.send("first");
    await until(() => seqs(a.chat)[0] === 1, "it is stored");
    const conversationId = a.chat.row.peek().id;
    a.close();
    for (let i = 2; i <= 620; i++) {
      await world.chat.send(ben.id, { conversationId, content: `${i}` });
    }
    assert.deepEqual(seqs(a.chat), [1]);
    a.wake();
    await until(() => seqs(a.chat).length === 50, "the newest page is there");
    assert.deepEqual(seqs(a.chat), upTo(620).slice(-50));
    assert.equal(a.chat.unreadCount.peek(), 619);
    a.chat.loadOlder();
    await until(() => seqs(a.chat).length === 100, "an older page is there");
    assert.deepEqual(seqs(a.chat), upTo(620).slice(-100));
  } finally {
    a.close();
  }
});

Deno.test("a session that is revoked signs its page out", async () => {
  await using world = await createWorld();
  const { ann, ben } = await people(world);
  const a = await page(world, ann, ben);
  await world.auth.revokeSession(ann.id, ann.sessionId);
  await until(
    () => a.model.connection.state.peek().kind === "signed_out",
    "the page is signed out",
  );
});
