import { type BuildCache, emptyBuild } from "./build_cache.ts";
import { composeChain, type ScopedItem } from "./chain.ts";
import { Context, internalsOf } from "./context.ts";
import { defaultErrorResponse } from "./default_error.ts";
import { fsItems } from "./fs_routes.ts";
import { listen } from "./listen.ts";
import { requestUrl } from "./request_url.ts";
import { type AnyState, routeMethods, routeMiddleware } from "./route.ts";
import { Router } from "./router.ts";
import { runtimeHooks } from "./runtime/hooks.ts";
import { HttpError } from "./runtime/http_error.ts";
import type {
  AnyComponent,
  FreshConfig,
  LayoutConfig,
  ListenOptions,
  MaybeLazyMiddleware,
  Method,
  PageProps,
  ResolvedFreshConfig,
  Route,
} from "./types.ts";
import type { WebSocketHandlers, WebSocketOptions } from "./websocket.ts";
import { writable } from "./writable.ts";

/** A route with its place among the segments of the site. */
export interface RouteItem {
  kind: "route";
  scope: string[];
  pattern: string;
  methods: (Method | "ALL")[];
  handlers: MaybeLazyMiddleware<AnyState>[];
}
/** One registration, in the order in which it was made. */
export type AppItem = ScopedItem | RouteItem | { kind: "fs"; scope: string[] };

type Lazy<State> = MaybeLazyMiddleware<State>;
type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;
type PageComponent<State> = AnyComponent<PageProps<unknown, State>>;

const DEFAULT_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/** An app of any state: its own code has been checked against that. */
// deno-lint-ignore no-explicit-any
export type AnyApp = App<any>;

let buildOf: (app: AnyApp) => { build: BuildCache };

/** Hands a build to an app, before its handler is made. */
export function setBuild(app: AnyApp, build: BuildCache): void {
  buildOf(app).build = build;
}

/** The segments of a path; what is registered for "*" or "/" holds everywhere. */
export function segmentsOf(path: string): string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.at(-1) === "*") segments.pop();
  return segments;
}

function joinPath(base: string, path: string): string {
  const cleanBase = base.replace(/\/+$/, "");
  if (path === "*" || path === "/*") return `${cleanBase}/*`;
  if (cleanBase === "") return path.startsWith("/") ? path : `/${path}`;
  return path === "/" ? cleanBase : `${cleanBase}${path.startsWith("/") ? "" : "/"}${path}`;
}

/** Routes requests to middlewares, handlers and pages. Items apply in the order in which they are added. */
export class App<State> {
  /** Options as they were given. */
  readonly config: Required<FreshConfig>;
  #items: AppItem[] = [];
  #internals: { build: BuildCache } = { build: emptyBuild() };
  /** What `handler()` made last, as long as nothing has changed since. */
  #handler: { build: BuildCache; items: number; run: Handler } | null = null;

  static {
    buildOf = (app) => app.#internals;
  }

  constructor(config: FreshConfig = {}) {
    const basePath = config.basePath ?? "";
    this.config = {
      basePath: basePath === "" ? "" : joinPath("", basePath).replace(/\/+$/, ""),
      trustProxy: config.trustProxy ?? false,
    };
  }

  /** Adds middlewares everywhere, or at a path and below it. */
  use(...middlewares: Lazy<State>[]): this;
  use(path: string, ...middlewares: Lazy<State>[]): this;
  use(first: string | Lazy<State>, ...rest: Lazy<State>[]): this {
    const scope = typeof first === "string" ? segmentsOf(first) : [];
    const middlewares = typeof first === "string" ? rest : [first, ...rest];
    for (const run of middlewares) {
      this.#items.push({ kind: "middleware", scope, run });
    }
    return this;
  }

  get(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["GET"], path, handlers);
  }
  post(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["POST"], path, handlers);
  }
  put(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["PUT"], path, handlers);
  }
  patch(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["PATCH"], path, handlers);
  }
  delete(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["DELETE"], path, handlers);
  }
  head(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["HEAD"], path, handlers);
  }
  /** Answers every method. */
  all(path: string, ...handlers: Lazy<State>[]): this {
    return this.#handle(["ALL"], path, handlers);
  }

  /** Adds an endpoint for WebSockets; other requests to it are answered with 400. */
  ws(
    path: string,
    handlers: WebSocketHandlers,
    options?: WebSocketOptions,
  ): this {
    return this.get(path, (ctx) => ctx.upgrade(handlers, options));
  }

  /** Adds a route with a component, a handler or both. */
  route(path: string, route: Route<State>): this {
    return this.#handle(routeMethods(route), path, [routeMiddleware(route)]);
  }

  /** Surrounds the pages at a path and below it. */
  layout(
    path: string,
    component: PageComponent<State>,
    config: LayoutConfig = {},
  ): this {
    this.#items.push({
      kind: "layout",
      scope: segmentsOf(path),
      component,
      config,
    });
    return this;
  }

  /** Sets the outer HTML of all pages. */
  appWrapper(component: PageComponent<State>): this {
    this.#items.push({ kind: "app", scope: [], component });
    return this;
  }

  /** Answers where no route matches or something throws `HttpError(404)`. */
  notFound(handler: Lazy<State> | Route<State>): this {
    this.#items.push({
      kind: "notFound",
      scope: [],
      run: asMiddleware(handler),
    });
    return this;
  }

  /** Answers for what is thrown at a path and below it; the nearest one wins. */
  onError(path: string, handler: Lazy<State> | Route<State>): this;
  onError(handler: Lazy<State> | Route<State>): this;
  onError(
    first: string | Lazy<State> | Route<State>,
    second?: Lazy<State> | Route<State>,
  ): this {
    const scope = typeof first === "string" ? segmentsOf(first) : [];
    const handler = typeof first === "string" ? second! : first;
    this.#items.push({ kind: "error", scope, run: asMiddleware(handler) });
    return this;
  }

  /** Adds the files of `routes/` here, below a path if one is given. */
  fsRoutes(pattern = "*"): this {
    this.#items.push({ kind: "fs", scope: segmentsOf(pattern) });
    return this;
  }

  /** Adds all items of another app below a path. */
  mountApp(path: string, app: App<State>): this {
    const prefix = segmentsOf(path);
    for (const item of app.#items) {
      const scope = [...prefix, ...item.scope];
      this.#items.push(
        item.kind === "route"
          ? {
            ...item,
            scope,
            pattern: joinPath(`/${prefix.join("/")}`, item.pattern),
          }
          : { ...item, scope },
      );
    }
    return this;
  }

  /** Makes the function that answers requests. Items added later are not part of it. */
  handler(): Handler {
    const { build } = this.#internals;
    const known = this.#handler;
    if (known?.build === build && known.items === this.#items.length) return known.run;
    const run = this.#compile(build);
    this.#handler = { build, items: this.#items.length, run };
    return run;
  }

  #compile(build: BuildCache): Handler {
    if (build.buildId !== "") runtimeHooks.buildId = build.buildId;
    const { basePath, trustProxy } = this.config;
    const config: ResolvedFreshConfig = Object.freeze({
      root: build.root,
      basePath,
      mode: build.mode,
    });
    const router = new Router<(ctx: Context<AnyState>) => Promise<Response>>();
    const scoped: ScopedItem[] = [];
    const expanded = this.#items.flatMap((item) =>
      item.kind === "fs" ? fsItems(build.routes, item.scope) : [item]
    );
    for (const item of expanded) {
      if (item.kind === "fs") continue;
      if (item.kind !== "route") {
        scoped.push(item);
        continue;
      }
      const chain = composeChain(scoped, item.scope, item.handlers);
      for (const method of item.methods) {
        router.add(method, joinPath(basePath, item.pattern), chain);
      }
    }
    const unmatched = composeChain(scoped, [], []);

    return async (req, info = DEFAULT_INFO) => {
      const url = requestUrl(req, trustProxy);
      const match = router.match(req.method, url.pathname);
      const route = match.kind === "none" ? null : match.pattern;
      const raw = match.kind === "none" ? {} : match.params;
      const params = decodeParams(raw);
      const ctx = new Context<AnyState>(
        req,
        url,
        info,
        { params: params ?? raw, route },
        config,
        build,
      );
      if (params === null) internalsOf(ctx).refusal = new HttpError(400);
      else if (match.kind === "method") {
        internalsOf(ctx).refusal = new HttpError(405);
      }
      let response: Response;
      try {
        response = await (match.kind === "none" ? unmatched : match.value)(ctx);
      } catch (error) {
        response = defaultErrorResponse(error, build.mode);
      }
      for (const apply of internalsOf(ctx).late) {
        apply(response = writable(response));
      }
      if (
        match.kind === "method" && response.status === 405 &&
        !response.headers.has("allow")
      ) {
        response = writable(response);
        response.headers.set("allow", match.allow.join(", "));
      }
      if (req.method === "HEAD" && response.body !== null) {
        await response.body.cancel();
        return new Response(null, response);
      }
      return response;
    };
  }

  /** Serves the app. Without a port it takes the first free one from 8000 to 8019. */
  async listen(options: ListenOptions = {}): Promise<void> {
    await listen(this.handler(), options, this.config.basePath);
  }

  #handle(
    methods: (Method | "ALL")[],
    path: string,
    handlers: Lazy<AnyState>[],
  ): this {
    this.#items.push({
      kind: "route",
      scope: segmentsOf(path),
      pattern: joinPath("", path),
      methods,
      handlers,
    });
    return this;
  }
}

function asMiddleware<State>(
  handler: Lazy<State> | Route<State>,
): Lazy<AnyState> {
  return typeof handler === "function" ? handler : routeMiddleware(handler);
}

/** Decoded parameters, or null if one is not valid percent-encoding. */
function decodeParams(
  raw: Record<string, string>,
): Record<string, string> | null {
  try {
    const params: Record<string, string> = {};
    for (const name in raw) {
      const value = raw[name]!;
      params[name] = value.includes("%") ? decodeURIComponent(value) : value;
    }
    return params;
  } catch {
    return null;
  }
}
