/**
 * The service worker: shows pushes and what a person does with them, and opens the app while the
 * server is away.
 *
 * Pages come from the network; while there is none, or after a short wait, from the one page that is
 * kept: `/offline`, which is the same for everybody and shows what its script finds in this browser.
 * It is kept together with all that it loads, each build in a cache of its own, so two builds are
 * never mixed. Installing waits for none of that: a new worker must not cost a push.
 *
 * A payload has the declarative shape `{ web_push: 8030, notification: { title, body, navigate, … },
 * app_badge }`, which Safari shows without this worker; `notification.data` holds what is ours:
 * `{ version, dismiss, close, hidden }`. Rules: web push P16 and P20 to P25.
 */

/** The version of `notification.data` that is known here. */
const VERSION = 1;
/** Where a click leads when it may not lead where it was meant to. */
const HOME = "/notifications";
const ICON = "/icons/icon-192.png";
const BADGE = "/icons/badge-96.png";
/** Tags to close that are looked at; the server names fewer. */
const CLOSE_MAX = 50;

/** The page that opens without the server, and the addresses that it stands in for. */
const SHELL = "/offline";
const APP_PAGE = /^\/(?:$|(?:chat|notifications|settings)(?:\/|$))/;
/** Begins the name of each cache of ours; the build, language and theme follow. */
const SHELL_CACHE = "shell ";
/** A server that has not begun to answer after this is taken for away, and so is one behind a proxy. */
const AWAY_AFTER_MS = 4000;
const AWAY_STATUS = [502, 503, 504];
/** Files of one build that are kept. */
const FILES_MAX = 200;

const WORDS = {
  en: {
    title: "Something new",
    body: "Open the app to see it.",
    view: "View",
    dismiss: "Dismiss",
    hidden: {
      message: "New message",
      notification: "New notification",
      digest: "New notifications",
    },
  },
  de: {
    title: "Es gibt Neues",
    body: "Öffne die App, um es zu sehen.",
    view: "Ansehen",
    dismiss: "Verwerfen",
    hidden: {
      message: "Neue Nachricht",
      notification: "Neue Benachrichtigung",
      digest: "Neue Benachrichtigungen",
    },
  },
};
const words = WORDS[navigator.language?.slice(0, 2)] ?? WORDS.en;

// A new version takes over at once: it keeps no state that an open page could depend on.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(onActivate()));

self.addEventListener("push", (event) => event.waitUntil(onPush(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(onClick(event)));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(onChange(event)));
self.addEventListener("message", (event) => {
  const { type, tags, version } = event.data ?? {};
  if (type === "close" && Array.isArray(tags)) event.waitUntil(closeShown(tags));
  if (type === "keep" && asText(version) !== "") event.waitUntil(keepShell(version));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (APP_PAGE.test(pathname)) event.respondWith(openApp(event));
  } else if (pathname.startsWith("/_fresh/") || searchParams.has("__frsh_c")) {
    // Named by its content or its build: what is kept is what the server would send.
    event.respondWith(kept(request).then((file) => file ?? fetch(request)));
  } else if (/^\/(?:fonts|icons)\/|^\/manifest\.webmanifest$/.test(pathname)) {
    event.respondWith(fetch(request).catch(async () => await kept(request) ?? Response.error()));
  }
});

async function onActivate() {
  // The request for a page leaves while this worker is still starting.
  await self.registration.navigationPreload?.enable().catch(() => {});
  await self.clients.claim();
}

/** The page from the network, or the one that opens without it; the network's word where none is kept. */
async function openApp(event) {
  const asked = askForPage(event);
  // Its failure is handled below, or nobody waits for it any more.
  asked.catch(() => {});
  const late = new Promise((resolve) => setTimeout(resolve, AWAY_AFTER_MS));
  const answer = await Promise.race([asked, late]).catch(() => null);
  if (answer && !AWAY_STATUS.includes(answer.status)) return answer;
  return await kept(SHELL) ?? answer ?? await asked;
}

async function askForPage({ preloadResponse, request }) {
  return await preloadResponse ?? await fetch(request);
}

/** From the cache of a build that is there in full. */
async function kept(request) {
  for (const name of await shellCaches()) {
    const cache = await caches.open(name);
    // The page is put in last.
    const found = await cache.match(SHELL) && await cache.match(request, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

async function shellCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(SHELL_CACHE));
}

let keeping = Promise.resolve();

/** Keeps the page that opens without the server, once for each `version`; older ones go. */
function keepShell(version) {
  keeping = keeping.then(() => fetchShell(SHELL_CACHE + version)).catch(() => {});
  return keeping;
}

async function fetchShell(name) {
  const cache = await caches.open(name);
  if (await cache.match(SHELL) === undefined) {
    const page = await fetch(SHELL, { credentials: "same-origin", cache: "no-store" });
    if (!page.ok || page.redirected) throw new Error(`${SHELL} answered ${page.status}`);
    const copy = page.clone();
    await keepFiles(cache, await page.text());
    await cache.put(SHELL, copy);
  }
  for (const other of await shellCaches()) if (other !== name) await caches.delete(other);
}

/** Fetches what a page names, what those files name, and so on. */
async function keepFiles(cache, html) {
  const paths = new Set(namedIn(html, SHELL));
  // A set hands out what is added to it on the way.
  for (const path of paths) {
    if (paths.size > FILES_MAX) throw new Error("Cannot keep the app: too many files");
    const file = await fetch(path, { credentials: "same-origin" });
    if (!file.ok) throw new Error(`${path} answered ${file.status}`);
    const copy = file.clone();
    if (/\.(?:js|css)$/.test(new URL(path, self.location.origin).pathname)) {
      for (const other of namedIn(await file.text(), path)) paths.add(other);
    }
    await cache.put(path, copy);
  }
}

/** Scripts, sheets, fonts, pictures and manifests of this site that a text names in quotes or `url()`. */
function namedIn(text, base) {
  const named =
    /["'(]((?:\.{0,2}\/)[^"'()\s<>\\]*?\.(?:js|css|woff2|svg|png|webmanifest)(?:\?[^"'()\s<>\\]*)?)["')]/g;
  return [...text.matchAll(named)].flatMap(([, path]) => {
    const url = new URL(path.replaceAll("&amp;", "&"), new URL(base, self.location.origin));
    return url.origin === self.location.origin && url.pathname !== "/sw.js"
      ? [url.pathname + url.search]
      : [];
  });
}

/** Every push is shown, whatever it holds and before anything else is done (P20, P21). */
async function onPush(data) {
  const payload = readPayload(data);
  await show(payload.title, payload.options);
  await Promise.allSettled([setBadge(payload.badge), closeShown(payload.close)]);
}

async function show(title, options) {
  try {
    await self.registration.showNotification(title, options);
  } catch {
    // A browser that refuses one of the options must still show something.
    const { body, tag, data } = options;
    await self.registration.showNotification(title, { body, tag, data });
  }
}

/** What can be used of the payload; words of our own stand in for the rest. */
function readPayload(data) {
  const payload = asObject(parse(data));
  const given = asObject(payload.notification);
  const own = asObject(given.data);
  const known = own.version === VERSION;
  // What it is about is not told: words of the reader's language stand in for the server's.
  const title = (known && asText(words.hidden[own.hidden])) || asText(given.title);
  const body = asText(given.body);
  const tag = asText(given.tag);
  return {
    title: title || words.title,
    options: {
      body: title || body ? body : words.body,
      tag,
      // Without a tag the browser refuses it (P22).
      renotify: tag !== "",
      icon: ICON,
      badge: BADGE,
      timestamp: Number.isFinite(given.timestamp) ? given.timestamp : Date.now(),
      dir: "auto",
      data: { navigate: sameOrigin(given.navigate), dismiss: known ? apiPath(own.dismiss) : null },
      actions: [
        { action: "view", title: words.view },
        { action: "dismiss", title: words.dismiss },
      ],
    },
    badge: Number.isSafeInteger(payload.app_badge) ? payload.app_badge : null,
    close: known && Array.isArray(own.close) ? own.close : [],
  };
}

function parse(data) {
  try {
    return data?.json();
  } catch {
    return null;
  }
}

const asObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
const asText = (value) => typeof value === "string" ? value : "";

/** The address, if it lies on this site; the notifications page if not (P23). */
function sameOrigin(address) {
  const home = new URL(HOME, self.location.origin);
  try {
    const url = new URL(asText(address), self.location.origin);
    return url.origin === home.origin && asText(address) !== "" ? url.href : home.href;
  } catch {
    return home.href;
  }
}

/** A path of this site's API, or null. */
function apiPath(path) {
  const url = new URL(sameOrigin(path));
  return url.pathname.startsWith("/api/") ? url.pathname : null;
}

async function setBadge(count) {
  if (count === null || !navigator.setAppBadge) return;
  await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge());
}

/** Closes what was read elsewhere (P25). */
async function closeShown(tags) {
  const wanted = new Set(tags.slice(0, CLOSE_MAX).filter((tag) => asText(tag) !== ""));
  if (wanted.size === 0) return;
  // A push without content has the beginning of its tag's hash in the tag's place.
  const hashed = new Set(await Promise.all([...wanted].map(hashOf)));
  for (const notification of await self.registration.getNotifications()) {
    if (wanted.has(notification.tag) || hashed.has(notification.tag)) notification.close();
  }
}

async function hashOf(tag) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(tag));
  return [...new Uint8Array(hash, 0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** Both ways of dealing with it count as having read it; only "dismiss" opens nothing (P23). */
async function onClick({ action, notification }) {
  notification.close();
  const { navigate, dismiss } = asObject(notification.data);
  await Promise.allSettled([
    action === "dismiss" ? null : openPage(sameOrigin(navigate)),
    tellRead(dismiss),
  ]);
}

/** Focuses a window of the app and leads it there, or opens one. */
async function openPage(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find(({ url }) => url === address) ??
    windows.find(({ visibilityState }) => visibilityState === "visible") ?? windows[0];
  if (!there) return await self.clients.openWindow(address);
  // A browser that lets nothing be focused now may still let it be led on.
  const focused = await there.focus().catch(() => there);
  if (focused.url === address) return focused;
  try {
    return await focused.navigate(address);
  } catch {
    // A window that this worker does not control can't be led anywhere.
    return await self.clients.openWindow(address);
  }
}

/** What was dealt with here is read everywhere. Signed out or offline, it stays unread. */
async function tellRead(path) {
  if (typeof path !== "string") return;
  await fetch(path, { method: "PUT", credentials: "same-origin" });
}

/** The browser or its push service gave up the subscription: make another one (P16). */
async function onChange({ oldSubscription, newSubscription }) {
  const key = newSubscription ? null : await serverKey();
  const subscription = newSubscription ?? await self.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key ?? oldSubscription?.options?.applicationServerKey,
  });
  await send("POST", { ...subscription.toJSON(), applicationServerKey: key ?? undefined });
  if (oldSubscription && oldSubscription.endpoint !== subscription.endpoint) {
    await send("DELETE", { endpoint: oldSubscription.endpoint });
  }
}

/** The server's key now: the one of before may have been replaced. */
async function serverKey() {
  try {
    const response = await fetch("/api/notifications/vapid-key", { credentials: "same-origin" });
    return (await response.json()).data.publicKey;
  } catch {
    return null;
  }
}

async function send(method, body) {
  await fetch("/api/notifications/subscribe", {
    method,
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
