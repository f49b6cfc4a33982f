/** A stand-in for `@fresh/core` that implements the part of its public API which this project uses. */
export { App } from "./app.ts";
export type { Context, Context as FreshContext } from "./context.ts";
export { createDefine, type Define, page } from "./define.ts";
export { cors, type CORSOptions } from "./middlewares/cors.ts";
export { csp, type CSPOptions } from "./middlewares/csp.ts";
export { csrf, type CsrfOptions } from "./middlewares/csrf.ts";
export { staticFiles } from "./middlewares/static_files.ts";
export { trailingSlashes } from "./middlewares/trailing_slashes.ts";
export { HttpError } from "./runtime/http_error.ts";
export type {
  AnyComponent,
  FreshConfig,
  HandlerByMethod,
  HandlerFn,
  Island,
  LayoutConfig,
  ListenOptions,
  MaybeLazyMiddleware,
  Method,
  Middleware,
  MiddlewareFn,
  PageProps,
  PageResponse,
  ResolvedFreshConfig,
  Route,
  RouteConfig,
  RouteHandler,
} from "./types.ts";
export type { WebSocketHandlers, WebSocketOptions } from "./websocket.ts";
