import { runtimeHooks } from "../hooks.ts";
import { putIntoHead } from "./head_effect.ts";
import { readState, regionOf, startMarker } from "./page_state.ts";
import { regions } from "./partial_region.ts";
import { loadIslands, PageContent } from "./revive.ts";

/** Search parameter by which the server knows that only partials are wanted. */
const PARTIAL_PARAM = "fresh-partial";

interface Visit {
  /** What the address bar will show. */
  url: URL;
  /** Where the content comes from, if not from `url`. */
  partial: string | null;
  request?: RequestInit;
  /** Whether the visit becomes an entry of the history. */
  push: boolean;
  scroll: { x: number; y: number } | "start" | "stay";
}

let underWay: AbortController | null = null;

/** Whether links and forms at an element update partials, as its nearest `f-client-nav` says. */
function isEnabled(element: Element): boolean {
  const nearest = element.closest("[f-client-nav]");
  return nearest !== null && nearest.getAttribute("f-client-nav") !== "false";
}

async function visit(
  { url, partial, request, push, scroll }: Visit,
): Promise<void> {
  underWay?.abort();
  const abort = underWay = new AbortController();
  const from = new URL(partial ?? url, location.href);
  from.searchParams.set(PARTIAL_PARAM, "true");
  const reload = (target: URL) => {
    // Only reading may be done a second time.
    if (request?.method === undefined || request.method === "GET") {
      location.href = target.href;
    } else location.reload();
  };
  let response: Response;
  try {
    response = await fetch(from, { ...request, signal: abort.signal });
  } catch (error) {
    if (!abort.signal.aborted) reload(url);
    else if (!(error instanceof DOMException)) reportError(error);
    return;
  }
  const reached = new URL(response.url);
  reached.searchParams.delete(PARTIAL_PARAM);
  const target = response.redirected ? reached : url;
  if (reached.origin !== location.origin || !isHtml(response)) {
    return reload(target);
  }
  const html = withOwnNonce(await response.text(), response);
  const received = new DOMParser().parseFromString(html, "text/html");
  if (abort.signal.aborted) return;
  if (!await apply(received, abort.signal)) {
    return abort.signal.aborted ? undefined : reload(target);
  }
  if (push && target.href !== location.href) {
    history.replaceState({
      ...history.state,
      fresh: { x: scrollX, y: scrollY },
    }, "");
    history.pushState({ fresh: { x: 0, y: 0 } }, "", target);
  }
  if (scroll === "stay") return;
  // preact renders in a microtask, so by the next frame the content is there.
  requestAnimationFrame(() => {
    const anchor = target.hash === "" ? null : document.getElementById(target.hash.slice(1));
    if (scroll !== "start") scrollTo(scroll.x, scroll.y);
    else if (anchor !== null) anchor.scrollIntoView();
    else scrollTo(0, 0);
  });
}

const isHtml = (response: Response) =>
  response.headers.get("content-type")?.startsWith("text/html") ?? false;

/** The policy of this page knows another nonce than the one that the response was rendered with. */
function withOwnNonce(html: string, response: Response): string {
  const policy = response.headers.get("content-security-policy") ?? "";
  const theirs = /'nonce-([^']+)'/.exec(policy)?.[1];
  const own = document.querySelector<HTMLElement>("script[nonce], style[nonce]")
    ?.nonce;
  if (theirs === undefined || !own) return html;
  return html.replaceAll(`nonce="${theirs}"`, `nonce="${own}"`);
}

/** Puts the partials of a document into those of the page. False if they have none in common. */
async function apply(
  received: Document,
  signal: AbortSignal,
): Promise<boolean> {
  const state = readState(received);
  // Modules of another build bring another preact; the two would not understand each other.
  if (state === null || state.buildId !== runtimeHooks.buildId) return false;
  const content = new PageContent(received, state, await loadIslands(state));
  if (signal.aborted) return false;
  let found = false;
  const walk = (parent: Node) => {
    for (
      let node: Node | null = parent.firstChild;
      node !== null;
      node = node.nextSibling
    ) {
      const marker = startMarker(node);
      const partial = marker?.kind === "partial" ? content.nameOfPartial(marker.id) : null;
      const region = partial === null ? undefined : regions.get(partial.name);
      if (partial === null || region === undefined) {
        walk(node);
        continue;
      }
      const { nodes, end } = regionOf(node);
      region.apply(partial.mode, content.revive(nodes));
      found = true;
      if (end === null) break;
      node = end;
    }
  };
  walk(received.body);
  if (found) updateHead(received);
  return found;
}

function updateHead(received: Document): void {
  for (const element of received.head.children) {
    const { localName } = element;
    const isPreload = element.getAttribute("rel") === "modulepreload";
    if (localName === "script" || localName === "base" || isPreload) continue;
    putIntoHead(document.importNode(element, true));
  }
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const target = event.target instanceof Element ? event.target.closest("a, button") : null;
  if (target === null || !isEnabled(target)) return;
  const partial = target.getAttribute("f-partial");
  if (target instanceof HTMLButtonElement) {
    if (partial === null || target.form !== null) return;
    event.preventDefault();
    void visit({
      url: new URL(location.href),
      partial,
      push: false,
      scroll: "stay",
    });
    return;
  }
  if (!(target instanceof HTMLAnchorElement) || target.href === "") return;
  if (
    target.hasAttribute("download") ||
    (target.target !== "" && target.target !== "_self")
  ) return;
  const url = new URL(target.href);
  if (url.origin !== location.origin) return;
  const samePage = url.pathname === location.pathname &&
    url.search === location.search;
  if (samePage && url.hash !== "" && partial === null) return;
  event.preventDefault();
  void visit({ url, partial, push: true, scroll: "start" });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  const { submitter } = event;
  if (!isEnabled(submitter ?? form)) return;
  // Not the properties: a field named "action" or "method" would hide them.
  const setting = (name: string) =>
    submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const method = setting("method").toLowerCase() || "get";
  const frame = setting("target");
  if (
    (method !== "get" && method !== "post") ||
    (frame !== "" && frame !== "_self")
  ) return;
  const url = new URL(setting("action") || location.href, location.href);
  if (url.origin !== location.origin) return;
  const partial = submitter?.getAttribute("f-partial") ??
    form.getAttribute("f-partial");
  const data = new FormData(form, submitter);
  const fields = () =>
    new URLSearchParams(
      [...data].map((
        [name, value],
      ) => [name, typeof value === "string" ? value : value.name]),
    );
  event.preventDefault();
  if (method === "get") {
    url.search = fields().toString();
    void visit({
      url,
      partial: withFields(partial, url),
      push: true,
      scroll: "start",
    });
    return;
  }
  const body = setting("enctype") === "multipart/form-data" ? data : fields();
  void visit({
    url,
    partial,
    request: { method: "POST", body },
    push: true,
    scroll: "stay",
  });
}

function withFields(
  partial: string | null,
  { searchParams }: URL,
): string | null {
  if (partial === null) return null;
  const from = new URL(partial, location.href);
  for (const [name, value] of searchParams) {
    from.searchParams.append(name, value);
  }
  return from.href;
}

function onPopState(event: PopStateEvent): void {
  const scroll = (event.state as { fresh?: { x: number; y: number } } | null)
    ?.fresh;
  if (scroll === undefined) return;
  void visit({
    url: new URL(location.href),
    partial: null,
    push: false,
    scroll,
  });
}

/** Follows clicks, forms and the history from now on, where `f-client-nav` allows it. */
export function startNavigation(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  addEventListener("popstate", onPopState);
}
