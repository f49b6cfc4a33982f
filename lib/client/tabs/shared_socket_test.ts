import assert from "node:assert/strict";
import fc from "fast-check";
import { ann, ben, type ClientPage, createClientWorld } from "../../testing/client_world.ts";
import { settle } from "../../testing/fake_clock.ts";
import { FakeTabs } from "../../testing/fake_tabs.ts";
import { createLocalStore } from "../local_store.ts";
import type { ConversationModel } from "../types.ts";

/** Tabs of one browser, each with the conversation with Ben on the screen. */
async function browserWith(count: number) {
  const world = createClientWorld(createLocalStore("memory"), new FakeTabs());
  const { server, clock } = world;
  server.conversation(ben);
  const tabs: (ClientPage & { chat: ConversationModel; tabs: FakeTabs })[] = [];
  async function open() {
    const page = world.page({ initial: world.initial(ben) });
    page.model.start();
    await settle();
    const chat = page.model.chat.current.peek();
    assert.ok(chat && page.tabs);
    const tab = { ...page, tabs: page.tabs, chat };
    tabs.push(tab);
    return tab;
  }
  for (let i = 0; i < count; i++) await open();
  return {
    world,
    server,
    clock,
    tabs,
    open,
    openSockets: () => server.network.sockets.filter((socket) => socket.open).length,
    texts: () => tabs.map(({ chat }) => chat.messages.peek().map(({ message }) => message.content)),
    kinds: () => tabs.map(({ model }) => model.connection.state.peek().kind),
  };
}

/** Without a word, as when its process is killed: only its locks and its connection are seen to go. */
function crash({ tabs, browser }: ClientPage & { tabs: FakeTabs }): void {
  tabs.crash();
  browser.fire("freeze");
}

Deno.test("R4 tabs of one browser have one socket, and each has what comes and what any sends, once", async () => {
  const { server, tabs, texts, kinds, openSockets } = await browserWith(3);
  assert.equal(server.network.sockets.length, 1);
  assert.equal(openSockets(), 1);
  assert.deepEqual(kinds(), ["online", "online", "online"]);
  server.say(ben, ben, "to all");
  await settle();
  tabs[2]!.chat.send("from the third");
  await settle();
  assert.deepEqual(texts(), Array(3).fill(["to all", "from the third"]));
  assert.equal(server.network.socket.framesOf("send").length, 1);
  for (const { chat } of tabs) assert.equal(chat.unreadCount.peek(), 0);
});

Deno.test("R7 what is read in one tab is read in the others", async () => {
  const { server, tabs } = await browserWith(3);
  server.say(ben, ben, "news");
  await settle();
  assert.deepEqual(tabs.map(({ chat }) => chat.unreadCount.peek()), [1, 1, 1]);
  tabs[1]!.chat.markRead();
  await settle();
  assert.deepEqual(tabs.map(({ chat }) => chat.unreadCount.peek()), [0, 0, 0]);
});

for (
  const [how, end] of [
    ["goes into the back/forward cache", (tab) => tab.browser.fire("freeze")],
    ["crashes", crash],
  ] as [string, (tab: ClientPage & { tabs: FakeTabs }) => void][]
) {
  Deno.test(`R5 when the tab that leads ${how} the others go on, nothing lost or doubled`, async () => {
    const { server, clock, tabs, texts, kinds, openSockets } = await browserWith(3);
    const [leader, ...others] = tabs;
    others[0]!.chat.send("before");
    await settle();
    end(leader!);
    server.store(ben, ben, "meanwhile");
    others[1]!.chat.send("also meanwhile");
    await settle();
    await clock.advance(1000);
    assert.deepEqual(kinds().slice(1), ["online", "online"]);
    assert.equal(openSockets(), 1);
    const all = ["before", "meanwhile", "also meanwhile"];
    assert.deepEqual(texts().slice(1), [all, all]);
    assert.equal(server.conversation(ben).messages.length, 3);
  });
}

Deno.test("R5 a tab that comes out of the cache goes on through the one that leads now", async () => {
  const { server, clock, tabs, texts, openSockets } = await browserWith(2);
  tabs[0]!.browser.fire("freeze");
  await settle();
  await clock.advance(1000);
  server.say(ben, ben, "while it slept");
  await settle();
  tabs[0]!.browser.fire("thaw");
  await clock.advance(1000);
  assert.equal(openSockets(), 1);
  assert.deepEqual(texts(), [["while it slept"], ["while it slept"]]);
});

Deno.test("a leader that stands still is replaced, and follows once it wakes", async () => {
  const { server, clock, tabs, texts, kinds, openSockets } = await browserWith(3);
  tabs[0]!.tabs.sleep();
  server.store(ben, ben, "unheard");
  // Somebody comes back to another tab after a while.
  await clock.advance(6000);
  tabs[1]!.browser.fire("visibility");
  await clock.advance(60_000);
  assert.deepEqual(kinds().slice(1), ["online", "online"]);
  assert.deepEqual(texts().slice(1), [["unheard"], ["unheard"]]);
  tabs[0]!.tabs.wake();
  await settle();
  await clock.advance(2000);
  assert.deepEqual(kinds(), ["online", "online", "online"]);
  assert.equal(openSockets(), 1);
  server.say(ben, ben, "heard by all");
  await settle();
  assert.deepEqual(texts(), Array(3).fill(["unheard", "heard by all"]));
});

Deno.test("the server is told that a window can be seen while any tab can", async () => {
  const { server, tabs } = await browserWith(2);
  const told = () => server.network.socket.framesOf("visibility").map(({ visible }) => visible);
  const see = async (tab: number, visible: boolean) => {
    tabs[tab]!.browser.isVisible = visible;
    tabs[tab]!.browser.fire("visibility");
    await settle();
  };
  assert.deepEqual(told(), [true]);
  await see(0, false);
  assert.deepEqual(told(), [true]);
  await see(1, false);
  assert.deepEqual(told(), [true, false]);
  await see(1, true);
  assert.deepEqual(told(), [true, false, true]);
  crash(tabs[1]!);
  await settle();
  assert.deepEqual(told(), [true, false, true, false]);
});

Deno.test("R5 resumes go one after another, and a tab that is caught up takes no part of a broken one", async () => {
  const { server, clock, tabs, open, texts } = await browserWith(1);
  const { socket } = server.network;
  server.store(ben, ben, "1");
  // The server takes its time over the resume of a second tab, and sends the first part of it.
  const answer = socket.onframe;
  const resumes: string[] = [];
  socket.onframe = (frame) => frame.type === "resume" ? void resumes.push("asked") : answer(frame);
  await open();
  await open();
  assert.deepEqual(resumes, ["asked"]);
  server.tell(server.messageFrame(ben, server.conversation(ben).messages[0]!));
  await settle();
  assert.deepEqual(tabs[0]!.chat.messages.peek(), []);
  socket.drop();
  await settle();
  await clock.advance(2000);
  assert.deepEqual(texts(), [["1"], ["1"], ["1"]]);
});

Deno.test("what one tab signs out of, the others are signed out of", async () => {
  const { tabs, kinds, world } = await browserWith(3);
  world.browser.routes["POST /api/auth/logout"] = () => undefined;
  assert.equal(await tabs[0]!.model.signOut(), true);
  await settle();
  assert.deepEqual(kinds(), ["signed_out", "signed_out", "signed_out"]);
  const reasons = tabs.map(({ model }) => model.connection.state.peek())
    .map((state) => state.kind === "signed_out" && state.reason);
  assert.deepEqual(reasons, ["left", "ended", "ended"]);
});

Deno.test("a page of somebody else than the one who is signed in now is signed out", async () => {
  const { server, clock, kinds, tabs } = await browserWith(2);
  const accept = server.network.onsocket;
  server.network.onsocket = (socket) => {
    const deliver = socket.deliver.bind(socket);
    socket.deliver = (...frames) =>
      deliver(
        ...frames.map((frame) =>
          frame.type === "connected" ? { ...frame, userId: "somebody else" } : frame
        ),
      );
    accept(socket);
  };
  server.network.socket.drop();
  await settle();
  await clock.advance(2000);
  assert.deepEqual(kinds(), ["signed_out", "signed_out"]);
  assert.deepEqual(tabs.map(({ model }) => model.me.peek()), [null, null]);
});

Deno.test("R10 the hundred and first tab is told to wait", async () => {
  const { server, clock, kinds, open } = await browserWith(1);
  for (let i = 1; i < 100; i++) await open();
  assert.ok(kinds().every((kind) => kind === "online"));
  await open();
  assert.equal(kinds().at(-1), "waiting");
  await clock.advance(10_000);
  assert.equal(server.network.sockets.length, 1);
});

/** What may happen to tabs, in any order. */
type Happening =
  | { kind: "say" | "store" | "cut" | "open" }
  | { kind: "send" | "crash" | "freeze" | "thaw" | "sleep" | "wake"; tab: number }
  | { kind: "wait"; ms: number };

Deno.test("R2 R3 R4 R5 whatever becomes of tabs and of who leads, each shows 1..head once, in order", async () => {
  const to = (...kinds: ("send" | "crash" | "freeze" | "thaw" | "sleep" | "wake")[]) =>
    fc.record({ kind: fc.constantFrom(...kinds), tab: fc.nat(9) });
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 5, arbitrary: to("send") },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("say", "store") }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("cut", "open") }) },
    { weight: 4, arbitrary: to("crash", "freeze", "thaw", "sleep", "wake") },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), ms: fc.nat(5000) }) },
  ) as fc.Arbitrary<Happening>;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 20 }), async (happenings) => {
      const { server, clock, tabs, open, kinds, openSockets } = await browserWith(2);
      let sent = 0;
      for (const what of happenings) {
        const tab = "tab" in what ? tabs[what.tab % tabs.length] : undefined;
        switch (what.kind) {
          case "say":
          case "store": {
            const message = server.store(ben, ben, "theirs");
            if (what.kind === "say") server.tell(server.messageFrame(ben, message));
            break;
          }
          case "cut":
            server.network.socket.drop();
            break;
          case "open":
            if (tabs.length < 4) await open();
            break;
          case "send":
            tab?.chat.send(`mine ${++sent}`);
            break;
          case "crash":
            if (tab && tabs.length > 1) {
              // What it had not sent yet is in the store, for the others.
              crash(tab);
              tabs.splice(tabs.indexOf(tab), 1);
            }
            break;
          case "sleep":
            tab?.tabs.sleep();
            break;
          case "wake":
            tab?.tabs.wake();
            break;
          case "wait":
            await clock.advance(what.ms);
            break;
          default:
            tab?.browser.fire(what.kind);
        }
        for (let i = 0; i < 30; i++) await Promise.resolve();
        for (const { chat } of tabs) {
          const seqs = chat.messages.peek().map(({ message }) => message.seq);
          const stored = seqs.filter((seq) => seq > 0);
          assert.deepEqual(stored, stored.toSorted((a, b) => a - b), "in order");
          assert.equal(new Set(stored).size, stored.length, "once");
        }
      }
      for (const { tabs: end, browser } of tabs) {
        end.wake();
        browser.fire("thaw");
      }
      await clock.advance(60_000);
      // What was only stored is missed until the next resume.
      server.network.socket.drop();
      await settle();
      await clock.advance(5_000);
      const { messages } = server.conversation(ben);
      assert.deepEqual(kinds(), tabs.map(() => "online"));
      assert.equal(openSockets(), 1);
      for (const { chat } of tabs) {
        assert.deepEqual(
          chat.messages.peek().map(({ message }) => message.id),
          messages.map(({ id }) => id),
        );
        assert.equal(chat.row.peek().seq, messages.length);
      }
      const mine = messages.filter(({ senderId }) => senderId === ann.id);
      assert.equal(mine.length, sent, "all that was sent, once");
    }),
    { numRuns: 15 },
  );
});
