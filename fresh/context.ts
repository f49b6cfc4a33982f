import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import type { BuildCache } from "./build_cache.ts";
import { renderPage } from "./render/page.ts";
import { redirectResponse } from "./redirect.ts";
import { HttpError } from "./runtime/http_error.ts";
import type { AnyComponent, LayoutConfig, PageProps, ResolvedFreshConfig } from "./types.ts";
import {
  attachHandlers,
  hasHandlers,
  upgradeRequest,
  type WebSocketHandlers,
  type WebSocketOptions,
} from "./websocket.ts";

/** A component that surrounds a page, with what it opts out of. */
export interface Surround {
  component: AnyComponent<PageProps<unknown, never>>;
  config: LayoutConfig;
}

/** What the framework keeps beside a context. */
export interface ContextInternals {
  build: BuildCache;
  appWrapper: AnyComponent<PageProps<unknown, never>> | null;
  /** Outermost first. */
  layouts: Surround[];
  data: unknown;
  /** Set by `csp({ useNonce: true })`: the nonce that the page's inline tags will carry. */
  nonce: string | null;
  /** Why the request cannot reach its handler, such as 405; else null. */
  refusal: HttpError | null;
  /** Sets headers on the response of an error handler that lies outside of the middleware which asked for it. */
  late: ((response: Response) => void)[];
  /** Whether a page was rendered, so that the nonce is in use. */
  rendered: boolean;
}

/** Reads the framework's part of a context. */
export let internalsOf: (ctx: Context<never>) => ContextInternals;

const Nothing: FunctionComponent = () => null;

/** One request on its way through middlewares, handler and components. */
export class Context<State> {
  /** Options of the app. */
  readonly config: ResolvedFreshConfig;
  readonly req: Request;
  readonly url: URL;
  /** About the connection, such as `info.remoteAddr`. */
  readonly info: Deno.ServeHandlerInfo;
  /** Parameters of the matched pattern, decoded. */
  readonly params: Record<string, string>;
  /** The matched pattern, or null. */
  readonly route: string | null;
  /** Whether the browser asks for a part of the page only. */
  readonly isPartial: boolean;
  /** Data that middlewares pass on; each request has its own. */
  state: State = {} as State;
  /** What was thrown, in an error handler; else null. */
  error: unknown = null;
  /** What the current layout or wrapper surrounds. */
  Component: FunctionComponent = Nothing;
  /** Calls the next middleware or the handler. */
  next: () => Promise<Response> = () => Promise.reject(new HttpError(404));

  #internals: ContextInternals;

  static {
    internalsOf = (ctx) => ctx.#internals;
  }

  constructor(
    req: Request,
    url: URL,
    info: Deno.ServeHandlerInfo,
    match: { params: Record<string, string>; route: string | null },
    config: ResolvedFreshConfig,
    build: BuildCache,
  ) {
    this.req = req;
    this.url = url;
    this.info = info;
    this.params = match.params;
    this.route = match.route;
    this.config = config;
    this.isPartial = url.search !== "" && url.searchParams.has("fresh-partial");
    this.#internals = {
      build,
      appWrapper: null,
      layouts: [],
      data: undefined,
      nonce: null,
      refusal: null,
      late: [],
      rendered: false,
    };
  }

  /**
   * Redirects. A path never leaves the site: `//host` and `/\host`, which a browser reads as another
   * site, become paths. Only a URL with its scheme leads elsewhere.
   */
  redirect(pathOrUrl: string, status = 302): Response {
    return redirectResponse(pathOrUrl, status);
  }

  /**
   * Renders a component within the layouts and the app wrapper. Without a status in `init` it is 200, and
   * in an error handler the status of the error.
   */
  render(
    vnode: VNode | ComponentChildren,
    init: ResponseInit = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    return renderPage(
      this as unknown as Context<never>,
      this.#internals,
      vnode,
      init,
      config,
    );
  }

  /** Answers with text/plain. */
  text(content: string, init?: ResponseInit): Response {
    return withType(content, "text/plain;charset=UTF-8", init);
  }

  /** Answers with text/html. The content is sent as it is. */
  html(content: string, init?: ResponseInit): Response {
    return withType(content, "text/html; charset=utf-8", init);
  }

  /** Answers with application/json. */
  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /**
   * Upgrades the request to a WebSocket: with handlers it returns the response, without it returns the
   * socket and the response. Throws HttpError 400 if the request is not an upgrade.
   */
  upgrade(handlers: WebSocketHandlers, options?: WebSocketOptions): Response;
  upgrade(
    options?: WebSocketOptions,
  ): { socket: WebSocket; response: Response };
  upgrade(
    first?: WebSocketHandlers | WebSocketOptions,
    options?: WebSocketOptions,
  ): Response | { socket: WebSocket; response: Response } {
    if (!hasHandlers(first)) {
      return upgradeRequest(this.req, first as WebSocketOptions | undefined);
    }
    const { socket, response } = upgradeRequest(this.req, options);
    attachHandlers(socket, first);
    return response;
  }
}

function withType(
  content: string,
  type: string,
  init: ResponseInit = {},
): Response {
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) headers.set("content-type", type);
  return new Response(content, { ...init, headers });
}
