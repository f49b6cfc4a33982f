import { internalsOf } from "./context.ts";
import type { Context } from "./context.ts";
import { pageVNode } from "./render/page.ts";
import { HttpError } from "./runtime/http_error.ts";
import type {
  HandlerByMethod,
  HandlerFn,
  Method,
  Middleware,
  PageResponse,
  Route,
} from "./types.ts";

/** Everything below runs for any state type; the public API has checked it. */
export type AnyState = never;

const METHODS: readonly Method[] = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
];

/** The methods that a route answers. */
export function routeMethods(route: Route<AnyState>): (Method | "ALL")[] {
  if (typeof route.handler === "function") return ["ALL"];
  if (route.handler === undefined) {
    const methods = route.config?.methods ?? ["GET"];
    return methods === "ALL" ? ["ALL"] : methods;
  }
  const handlers = route.handler;
  return METHODS.filter((method) =>
    handlers[method] !== undefined ||
    (method === "GET" && route.component !== undefined)
  );
}

function handlerFor(
  route: Route<AnyState>,
  method: string,
): HandlerFn<unknown, AnyState> | null {
  if (route.handler === undefined) return null;
  if (typeof route.handler === "function") return route.handler;
  const byMethod: HandlerByMethod<unknown, AnyState> = route.handler;
  return byMethod[method as Method] ??
    (method === "HEAD" ? byMethod.GET : undefined) ?? null;
}

/**
 * Answers with the route's handler and renders its component with what `page()` returned. The status is the
 * one of `page()`, else that of the error which an error page shows, else 200.
 */
export function routeMiddleware(route: Route<AnyState>): Middleware<AnyState> {
  return async (ctx) => {
    const handler = handlerFor(route, ctx.req.method);
    let result: PageResponse<unknown> = { data: undefined };
    if (handler !== null) {
      const answer = await handler(ctx);
      if (answer instanceof Response) return answer;
      if (typeof answer !== "object" || answer === null) {
        throw new TypeError(
          `Cannot answer ${describe(ctx)}: the handler returned ${answer}`,
        );
      }
      result = answer;
    }
    if (route.component === undefined) {
      throw new TypeError(
        `Cannot answer ${describe(ctx)}: the route has no component to render`,
      );
    }
    internalsOf(ctx).data = result.data;
    const vnode = await pageVNode(ctx, route.component, result.data);
    if (vnode instanceof Response) return vnode;
    const init = {
      ...(result.status === undefined ? {} : { status: result.status }),
      ...(result.headers === undefined ? {} : { headers: result.headers }),
    };
    return ctx.render(vnode, init, route.config);
  };
}

/** The status of an error page. */
export function errorStatus(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}

function describe(ctx: Context<AnyState>): string {
  return `${ctx.req.method} ${ctx.route ?? ctx.url.pathname}`;
}
