import type { ComponentChildren, FunctionComponent } from "preact";
import type { Context } from "./context.ts";

/** Methods that a handler object may name. */
export type Method =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS";

/** Answers a request, or passes it on with `ctx.next()`. */
export type Middleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response>;
/** Older name of {@linkcode Middleware}. */
export type MiddlewareFn<State> = Middleware<State>;
/** A middleware, or a function that loads one when it is first needed. */
export type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response | Middleware<State>>;

/** What `page()` makes: data for the component of the route, with status and headers. */
export interface PageResponse<Data> {
  data: Data;
  headers?: HeadersInit;
  status?: number;
}

/** Handles one method of a route. */
export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) => Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
/** One function per method; HEAD falls back to GET. */
export type HandlerByMethod<Data, State> = {
  [M in Method]?: HandlerFn<Data, State>;
};
/** What a route module exports as `handler` or `handlers`. */
export type RouteHandler<Data, State> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

type DataOfResult<Result> = Awaited<Result> extends infer Value
  ? Value extends PageResponse<infer Data> ? Data : never
  : never;
/** The data that a handler hands to its page. */
export type HandlerData<Handler> = Handler extends (...args: never[]) => infer Result
  ? DataOfResult<Result>
  : {
    [M in keyof Handler]: Handler[M] extends (...args: never[]) => infer Result
      ? DataOfResult<Result>
      : never;
  }[keyof Handler];

/** Props of pages, layouts, error pages and the app wrapper. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<
    Context<State>,
    | "config"
    | "url"
    | "req"
    | "params"
    | "info"
    | "state"
    | "isPartial"
    | "error"
    | "route"
  >
  & {
    /** What the handler passed to `page()`. */
    data: Data;
    /** What the layout or wrapper surrounds. */
    Component: FunctionComponent;
  };

/** A component that renders on the server: plain or async. An async one may answer with a Response. */
export type AnyComponent<Props> = (
  props: Props,
) => ComponentChildren | Promise<ComponentChildren | Response>;

/** Options of `app.layout` and of a `_layout.tsx`. */
export interface LayoutConfig {
  /** Leaves out the app wrapper. Default: false. */
  skipAppWrapper?: boolean;
  /** Leaves out the layouts that surround this one. Default: false. */
  skipInheritedLayouts?: boolean;
}

/** The `config` export of a route. */
export interface RouteConfig extends LayoutConfig {
  /** A URLPattern path that takes the place of the one from the file's name. */
  routeOverride?: string;
  /** Methods of a route that has a component and no handler. Default: GET. */
  methods?: "ALL" | Method[];
}

/** What `app.route` and a file under `routes/` describe. */
export interface Route<State> {
  // The data's type is known to the route alone: `define.page` has checked it against the handler.
  // deno-lint-ignore no-explicit-any
  component?: AnyComponent<PageProps<any, State>>;
  // deno-lint-ignore no-explicit-any
  handler?: RouteHandler<any, State>;
  config?: RouteConfig;
}

/** Options of `new App()`. */
export interface FreshConfig {
  /** Path that all routes begin with, such as `/app`. Default: none. */
  basePath?: string;
  /** Takes scheme and host of `ctx.url` from X-Forwarded-Proto and X-Forwarded-Host. Default: false. */
  trustProxy?: boolean;
}

/** Options as they are in force, on `ctx.config`. */
export interface ResolvedFreshConfig {
  /** Folder of the project. */
  root: string;
  basePath: string;
  mode: "development" | "production";
}

/** Options of `app.listen()`. */
export type ListenOptions =
  & Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>
  & { remoteAddress?: string };

/** A component that the browser takes over. */
export interface Island {
  /** Unique name of the module among all islands. */
  name: string;
  /** Export of that module. */
  exportName: string;
  fn: FunctionComponent;
}
