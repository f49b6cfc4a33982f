import assert from "node:assert/strict";
import type { Notification } from "../shared/notification_schema.ts";
import { createClientWorld } from "../testing/client_world.ts";
import { Refusal } from "../testing/fake_browser.ts";
import { settle } from "../testing/fake_clock.ts";

const AT = "2026-01-05T09:00:00.000Z";
function note(seq: number, more: Partial<Notification> = {}): Notification {
  return {
    id: `n${seq}`,
    seq,
    type: "grade",
    title: `Title ${seq}`,
    message: "text",
    link: null,
    category: "grades",
    createdAt: AT,
    seenAt: null,
    readAt: null,
    archivedAt: null,
    ...more,
  };
}

async function bell(
  items: Notification[] = [note(3), note(2), note(1, { seenAt: AT, readAt: AT })],
) {
  const world = createClientWorld();
  const unreadCount = items.filter((n) => !n.readAt).length;
  const unseenCount = items.filter((n) => !n.seenAt).length;
  const initial = world.initial();
  initial.notifications = { items, before: null, counts: { unreadCount, unseenCount } };
  const { model, browser } = world.page({ initial });
  model.start();
  await settle();
  const { notifications } = model;
  return {
    ...world,
    model,
    browser,
    bell: notifications,
    ids: () => notifications.items.peek().map(({ id }) => id),
    counts: () => {
      const { unreadCount, unseenCount } = notifications.counts.peek();
      return [unreadCount, unseenCount];
    },
  };
}

Deno.test("a new one goes on top once, with the server's counts, and pops up", async () => {
  const { server, model, ids, counts } = await bell();
  const frame = {
    type: "notification" as const,
    notification: note(4),
    unreadCount: 9,
    unseenCount: 8,
  };
  server.tell(frame, frame);
  assert.deepEqual(ids(), ["n4", "n3", "n2", "n1"]);
  assert.deepEqual(counts(), [9, 8]);
  assert.deepEqual(model.toasts.items.peek().map(({ kind }) => kind), ["notification"]);
  assert.equal(model.badge.count.peek(), 8, "the badge counts what is new, as the bell does");
});

Deno.test("frames out of order are put in order", async () => {
  const { server, ids } = await bell();
  for (const seq of [6, 4, 5]) {
    server.tell({ type: "notification", notification: note(seq), unreadCount: 1, unseenCount: 1 });
  }
  assert.deepEqual(ids(), ["n6", "n5", "n4", "n3", "n2", "n1"]);
});

Deno.test("what is on the screen does not pop up and counts as seen", async () => {
  const { server, model, bell: notifications, browser } = await bell();
  let seen = 0;
  browser.routes["PUT /api/notifications/seen"] = ({ body }) => {
    seen = (body as { upTo: number }).upTo;
    return { data: { unreadCount: 3, unseenCount: 0 } };
  };
  notifications.onScreen.value = true;
  await settle();
  assert.equal(seen, 3);
  server.tell({ type: "notification", notification: note(4), unreadCount: 3, unseenCount: 1 });
  await settle();
  assert.equal(seen, 4);
  assert.equal(model.toasts.items.peek().length, 0);
  assert.equal(notifications.counts.peek().unseenCount, 0);
  assert.equal(notifications.items.peek()[0]?.readAt, null);
  assert.notEqual(notifications.items.peek()[0]?.seenAt, null);
});

Deno.test("reading shows at once, asks once, closes the OS notification, and is as the server says", async () => {
  const { bell: notifications, browser, counts } = await bell();
  browser.routes["PUT /api/notifications/n3/read"] = () => ({
    data: { unreadCount: 7, unseenCount: 1 },
  });
  browser.shown = ["notification:n3", "notification:n2"];
  notifications.markRead("n3");
  assert.notEqual(notifications.items.peek()[0]?.readAt, null);
  assert.deepEqual(counts(), [1, 1]);
  notifications.markRead("n3");
  await settle();
  assert.deepEqual(counts(), [7, 1]);
  assert.deepEqual(browser.shown, ["notification:n2"]);
  assert.equal(browser.requests.filter((r) => r.startsWith("PUT")).length, 1);
});

Deno.test("what can't be done is taken back, and said", async () => {
  const { bell: notifications, browser, model, counts, ids } = await bell();
  browser.routes["PUT /api/notifications/n3/archive"] = () => {
    throw new Refusal("unavailable", 503);
  };
  const kept = [note(3), note(2), note(1, { seenAt: AT, readAt: AT })];
  browser.routes["GET /api/notifications"] = () => ({
    data: kept,
    unreadCount: 2,
    unseenCount: 2,
    page: { before: null, after: null },
  });
  notifications.archive("n3");
  assert.deepEqual(ids(), ["n2", "n1"]);
  await settle();
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
  assert.deepEqual(counts(), [2, 2]);
  const toast = model.toasts.items.peek()[0];
  assert.ok(toast?.kind === "failure" && toast.failure.requestId === "request-1");
});

Deno.test("R7 read, archived, all read and seen elsewhere", async () => {
  const { server, bell: notifications, browser, counts, ids } = await bell();
  browser.shown = ["notification:n3", "notification:key:1", "message:d_ben"];
  const changed = (state: "seen" | "read" | "read_all" | "archived", ids: string[]) =>
    server.tell({ type: "notification.changed", ids, state, unreadCount: 1, unseenCount: 0 });
  changed("seen", []);
  assert.ok(
    notifications.items.peek().every((n) => n.seenAt && (n.readAt === null || n.id === "n1")),
  );
  changed("read", ["n3"]);
  assert.notEqual(notifications.items.peek()[0]?.readAt, null);
  assert.deepEqual(browser.shown, ["notification:key:1", "message:d_ben"]);
  changed("archived", ["n3"]);
  assert.deepEqual(ids(), ["n2", "n1"]);
  changed("read_all", []);
  assert.ok(notifications.items.peek().every((n) => n.readAt));
  assert.deepEqual(browser.shown, ["message:d_ben"]);
  assert.deepEqual(counts(), [1, 0]);
});

Deno.test("R7 read and seen elsewhere up to a seq leave what came after it", async () => {
  const { server, bell: notifications, browser, counts } = await bell([note(3), note(2), note(1)]);
  browser.shown = ["notification:n3", "notification:n1", "notification:key:1"];
  const changed = (state: "seen" | "read_all", upTo: number, unreadCount: number) =>
    server.tell({ type: "notification.changed", ids: [], state, upTo, ...count(unreadCount) });
  const of = (mark: "seenAt" | "readAt") =>
    notifications.items.peek().filter((n) => n[mark] !== null).map(({ id }) => id);
  changed("seen", 1, 3);
  assert.deepEqual([of("seenAt"), of("readAt")], [["n1"], []]);
  changed("read_all", 2, 1);
  assert.deepEqual([of("seenAt"), of("readAt")], [["n2", "n1"], ["n2", "n1"]]);
  assert.deepEqual(counts(), [1, 1]);
  assert.deepEqual(browser.shown, ["notification:n3", "notification:key:1"], "n3 is not read");
  changed("read_all", 3, 0);
  assert.deepEqual(of("readAt"), ["n3", "n2", "n1"]);
  assert.deepEqual(browser.shown, []);
});

Deno.test("R6 all read is up to the newest that is known: what comes meanwhile stays unread", async () => {
  const { server, bell: notifications, browser, counts } = await bell();
  let asked: unknown;
  const answer = Promise.withResolvers<void>();
  browser.routes["PUT /api/notifications/read-all"] = async ({ body }) => {
    asked = body;
    await answer.promise;
    return { data: count(1) };
  };
  notifications.markAllRead();
  assert.deepEqual(counts(), [0, 0]);
  await settle();
  assert.deepEqual(asked, { upTo: 3 });
  server.tell({ type: "notification", notification: note(4), ...count(3) });
  server.tell({
    type: "notification.changed",
    ids: [],
    state: "read_all",
    upTo: 3,
    ...count(1),
  });
  answer.resolve();
  await settle();
  assert.equal(notifications.items.peek()[0]?.readAt, null);
  assert.deepEqual(counts(), [1, 1]);
});

Deno.test("R7 read with no id is read of none: a resume tells counts that way", async () => {
  const { server, bell: notifications, counts } = await bell();
  const read = () => notifications.items.peek().filter((n) => n.readAt !== null).map((n) => n.id);
  server.tell({
    type: "notification.changed",
    ids: [],
    state: "read",
    unreadCount: 2,
    unseenCount: 1,
  });
  assert.deepEqual(read(), ["n1"]);
  assert.deepEqual(counts(), [2, 1]);
});

Deno.test("filters and pages: each is asked for once at a time, and rows never repeat", async () => {
  const { bell: notifications, browser, ids } = await bell();
  browser.routes["GET /api/notifications"] = ({ url }) => {
    const before = Number(url.searchParams.get("before") ?? 100);
    const first = Math.min(before, 100);
    return {
      data: [note(first - 1), note(first - 2)],
      unreadCount: 5,
      unseenCount: 5,
      page: { before: first > 97 ? String(first - 2) : null, after: null },
    };
  };
  notifications.setFilter("unread");
  assert.equal(notifications.status.peek().kind, "loading");
  await settle();
  assert.deepEqual(ids(), ["n99", "n98"]);
  notifications.loadMore();
  notifications.loadMore();
  await settle();
  assert.deepEqual(ids(), ["n99", "n98", "n97", "n96"]);
  assert.equal(notifications.hasMore.peek(), true);
  notifications.loadMore();
  await settle();
  assert.equal(notifications.hasMore.peek(), false);
  notifications.setFilter("all");
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
});

Deno.test("several alike are read and archived together, and the last answer counts", async () => {
  const { bell: notifications, browser, counts, ids } = await bell([note(3), note(2), note(1)]);
  const answers = { n3: 2, n2: 1 };
  for (const [id, left] of Object.entries(answers)) {
    browser.routes[`PUT /api/notifications/${id}/read`] = () => ({ data: count(left) });
    browser.routes[`PUT /api/notifications/${id}/archive`] = () => ({ data: count(left) });
  }
  notifications.markRead("n3", "n2");
  assert.deepEqual(counts(), [1, 1]);
  notifications.markRead("n3", "n2");
  await settle();
  assert.deepEqual(counts(), [1, 1]);
  assert.equal(browser.requests.filter((r) => r.startsWith("PUT")).length, 2, "none twice");
  notifications.archive("n3", "n2");
  assert.deepEqual(ids(), ["n1"]);
  await settle();
  assert.deepEqual(counts(), [1, 1]);
});

Deno.test("a snoozed one leaves the list and the counts at once, here and elsewhere", async () => {
  const { bell: notifications, server, browser, counts, ids } = await bell();
  let asked: unknown;
  browser.routes["PUT /api/notifications/n3/snooze"] = ({ body }) => {
    asked = body;
    return { data: count(1) };
  };
  notifications.snooze(Date.parse(AT), "n3");
  assert.deepEqual([ids(), counts()], [["n2", "n1"], [1, 1]]);
  await settle();
  assert.deepEqual(asked, { until: AT });
  server.tell({ type: "notification.changed", ids: ["n2"], state: "snoozed", ...count(0) });
  assert.deepEqual([ids(), counts()], [["n1"], [0, 0]]);
  server.tell({ type: "notification", notification: note(4), ...count(1) });
  assert.deepEqual([ids(), counts()], [["n4", "n1"], [1, 1]], "it comes back as a new one");
});

Deno.test("what can't be snoozed stays, and is said", async () => {
  const { bell: notifications, browser, model, ids } = await bell();
  browser.routes["PUT /api/notifications/n3/snooze"] = () => {
    throw new Refusal("conflict", 409);
  };
  browser.routes["GET /api/notifications"] = () => {
    throw new Refusal("unavailable", 503);
  };
  notifications.snooze(Date.parse(AT), "n3");
  await settle();
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
  assert.equal(model.toasts.items.peek()[0]?.kind, "failure");
});

Deno.test("the snoozed ones are a list of their own; one that is woken leaves it", async () => {
  const { bell: notifications, server, browser, model, ids } = await bell([note(3)]);
  let asleep = [note(2), note(1)];
  browser.routes["GET /api/notifications"] = ({ url }) => ({
    data: url.searchParams.get("filter") === "snoozed" ? asleep : [note(3)],
    ...count(1),
    page: { before: null, after: null },
  });
  notifications.setFilter("snoozed");
  await settle();
  assert.deepEqual(ids(), ["n2", "n1"]);
  browser.routes["PUT /api/notifications/n2/snooze"] = () => ({ data: count(1) });
  notifications.wake("n2");
  assert.deepEqual(ids(), ["n1"]);
  asleep = [];
  server.tell({ type: "notification", notification: note(4), ...count(2) });
  await settle();
  assert.deepEqual(ids(), [], "what came was n1, at its time");
  asleep = [note(1)];
  browser.routes["PUT /api/notifications/n1/snooze"] = () => {
    throw new Refusal("conflict", 409);
  };
  notifications.setFilter("snoozed");
  await settle();
  notifications.wake("n1");
  await settle();
  assert.deepEqual(ids(), ["n1"]);
  assert.ok(model.toasts.items.peek().some(({ kind }) => kind === "failure"));
});

Deno.test("R5 after an outage resume starts at the newest, and old ones are read again", async () => {
  const { server, clock, browser, bell: notifications } = await bell();
  assert.equal(server.network.socket.framesOf("resume")[0]?.notifications, 3);
  server.tell({ type: "notification", notification: note(5), unreadCount: 1, unseenCount: 1 });
  browser.routes["GET /api/notifications"] = () => ({
    data: [note(5), note(3, { readAt: AT, seenAt: AT })],
    unreadCount: 1,
    unseenCount: 1,
    page: { before: null, after: null },
  });
  server.network.socket.drop();
  await clock.advance(500);
  assert.equal(server.network.socket.framesOf("resume")[0]?.notifications, 5);
  await clock.advance(3000);
  assert.equal(notifications.items.peek()[1]?.readAt, AT);
});

Deno.test("R6 a page that frames have overtaken takes nothing back, and is read again", async () => {
  const { bell: model, server, browser, ids, counts } = await bell([note(2), note(1)]);
  const first = Promise.withResolvers<void>();
  let reads = 0;
  browser.routes["GET /api/notifications"] = async () => {
    const page = { before: null, after: null };
    if (++reads > 1) return { data: [note(3), note(2), note(1)], ...count(3), page };
    await first.promise;
    return { data: [note(2), note(1)], ...count(2), page };
  };
  model.setFilter("unread");
  await settle();
  server.tell({ type: "notification", notification: note(3), ...count(3) });
  first.resolve();
  await settle();
  assert.deepEqual(counts(), [3, 3]);
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
  assert.equal(reads, 2);
});

Deno.test("R5 where frames come faster than pages, none of them is lost to a page", async () => {
  const { bell: model, server, browser, clock, ids, counts } = await bell([note(2), note(1)]);
  let stored = [note(2), note(1)];
  let quiet = false;
  browser.routes["GET /api/notifications"] = async () => {
    const data = stored;
    const answer = { data, ...count(data.length), page: { before: null, after: null } };
    if (quiet) return answer;
    // Sent after the page was read, and told before it arrives.
    const notification = note(stored.length + 1);
    stored = [notification, ...stored];
    await Promise.resolve();
    server.tell({ type: "notification", notification, ...count(stored.length) });
    return answer;
  };
  model.setFilter("unread");
  await settle();
  assert.deepEqual(ids(), stored.map(({ id }) => id));
  assert.deepEqual(counts(), [stored.length, stored.length]);
  // And what the last page did not know is read in a while.
  quiet = true;
  stored = stored.map((one) => ({ ...one, readAt: AT, seenAt: AT }));
  await clock.advance(5000);
  assert.ok(model.items.peek().every(({ readAt }) => readAt === AT));
});

Deno.test("R6 an action that fails takes back what it did, not what came meanwhile", async () => {
  const { bell: model, server, browser, ids, counts } = await bell([note(2), note(1)]);
  const answer = Promise.withResolvers<void>();
  browser.routes["PUT /api/notifications/n1/read"] = async () => {
    await answer.promise;
    throw new Refusal("unavailable", 503);
  };
  // Nor does the list that is read after it.
  browser.routes["GET /api/notifications"] = () => {
    throw new Refusal("unavailable", 503);
  };
  model.markRead("n1");
  assert.deepEqual(counts(), [1, 1]);
  server.tell({ type: "notification", notification: note(3), ...count(3) });
  answer.resolve();
  await settle();
  assert.deepEqual(counts(), [3, 3]);
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
});

Deno.test("R7 after an action that failed everything that is shown is read again, page by page", async () => {
  const { bell: model, server, browser, ids } = await bell([note(3), note(2), note(1)]);
  const stored = [note(4), note(3), note(2), note(1)];
  browser.routes["GET /api/notifications"] = ({ url }) => {
    const before = Number(url.searchParams.get("before") ?? Infinity);
    const data = stored.filter(({ seq }) => seq < before).slice(0, 2);
    const last = data.at(-1)?.seq ?? 1;
    return { data, ...count(4), page: { before: last > 1 ? String(last) : null, after: null } };
  };
  const answer = Promise.withResolvers<void>();
  browser.routes["PUT /api/notifications/n1/read"] = async () => {
    await answer.promise;
    throw new Error("the network is down");
  };
  model.markRead("n1");
  server.tell({ type: "notification", notification: note(4), ...count(4) });
  answer.resolve();
  await settle();
  assert.deepEqual(ids(), ["n4", "n3", "n2", "n1"]);
  assert.equal(model.items.peek().at(-1)?.readAt, null);
  assert.equal(model.hasMore.peek(), false);
});

Deno.test("R5 an action that fails takes nothing back that a page has brought meanwhile", async () => {
  const { bell: model, browser, ids } = await bell([note(1)]);
  const page = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let isDown = false;
  browser.routes["GET /api/notifications"] = async () => {
    if (isDown) throw new Error("the network is down");
    await page.promise;
    return { data: [note(2), note(1)], ...count(2), page: { before: null, after: null } };
  };
  browser.routes["PUT /api/notifications/n1/read"] = async () => {
    await answer.promise;
    throw new Error("the network is down");
  };
  model.setFilter("unread");
  model.markRead("n1");
  page.resolve();
  await settle();
  assert.deepEqual(ids(), ["n2", "n1"]);
  isDown = true;
  answer.resolve();
  await settle();
  assert.deepEqual(ids(), ["n2", "n1"]);
  assert.notEqual(model.status.peek().kind, "loading", "nothing is under way any more");
});

Deno.test("R5 a list that could not be read is read again, a few times", async () => {
  const { bell: model, browser, clock, ids } = await bell([note(1)]);
  let reads = 0;
  browser.routes["GET /api/notifications"] = () => {
    if (++reads < 3) throw new Refusal("unavailable", 503);
    return { data: [note(2), note(1)], ...count(2), page: { before: null, after: null } };
  };
  model.setFilter("unread");
  await settle();
  assert.equal(model.status.peek().kind, "failed");
  await clock.advance(10_000);
  assert.deepEqual(ids(), ["n2", "n1"]);
  assert.equal(reads, 3);

  reads = -100;
  model.setFilter("unread");
  await clock.advance(60_000);
  assert.equal(reads, -96, "one, and three more");
});

Deno.test("R6 counts of an answer that a frame has overtaken are older than the frame's", async () => {
  const { bell: model, server, browser, counts } = await bell([note(2), note(1)]);
  const answer = Promise.withResolvers<void>();
  browser.routes["PUT /api/notifications/n1/read"] = async () => {
    await answer.promise;
    return { data: count(1) };
  };
  model.markRead("n1");
  server.tell({ type: "notification", notification: note(3), ...count(2) });
  answer.resolve();
  await settle();
  assert.deepEqual(counts(), [2, 2]);
});

/** All of them new. */
function count(unreadCount: number) {
  return { unreadCount, unseenCount: unreadCount };
}
