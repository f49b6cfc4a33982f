import { internalsOf } from "./context.ts";
import type { Context, Surround } from "./context.ts";
import { HttpError } from "./runtime/http_error.ts";
import type { AnyState } from "./route.ts";
import type { AnyComponent, LayoutConfig, MaybeLazyMiddleware, PageProps } from "./types.ts";

type Component = AnyComponent<PageProps<unknown, AnyState>>;
type Step = (ctx: Context<AnyState>) => Promise<Response>;

/** Something that holds for a part of the site. `scope` names that part by its path segments. */
export type ScopedItem =
  & { scope: string[] }
  & (
    | { kind: "middleware"; run: MaybeLazyMiddleware<AnyState> }
    | { kind: "layout"; component: Component; config: LayoutConfig }
    | { kind: "app"; component: Component }
    | { kind: "error"; run: MaybeLazyMiddleware<AnyState> }
    | { kind: "notFound"; run: MaybeLazyMiddleware<AnyState> }
  );

/** Catches what is thrown further in, and renders within the surroundings of its own segment. */
interface Boundary {
  kind: "boundary";
  error: MaybeLazyMiddleware<AnyState> | null;
  notFound: MaybeLazyMiddleware<AnyState> | null;
  surround: Surroundings;
}

interface Surroundings {
  app: Component | null;
  layouts: Surround[];
}

const isGroup = (segment: string) => segment.startsWith("(") && segment.endsWith(")");

/** Whether what is in `scope` lies around a route. Groups of the route count only where the scope names them. */
export function covers(scope: string[], route: string[]): boolean {
  let at = 0;
  for (const segment of scope) {
    while (at < route.length && route[at] !== segment && isGroup(route[at]!)) {
      at++;
    }
    if (route[at] !== segment) return false;
    at++;
  }
  return true;
}

/**
 * Composes, once for each route, what surrounds its handlers: least specific first, and within one segment in
 * the order of registration. An error boundary lies outside of the middlewares of its own segment.
 */
export function composeChain(
  items: ScopedItem[],
  route: string[],
  handlers: MaybeLazyMiddleware<AnyState>[],
): Step {
  const around = items.filter((item) => covers(item.scope, route));
  const depths = [...new Set(around.map((item) => item.scope.length))].sort((
    a,
    b,
  ) => a - b);
  const nodes: (MaybeLazyMiddleware<AnyState> | Boundary)[] = [];
  let surround: Surroundings = { app: null, layouts: [] };
  let handles404 = false;

  for (const depth of depths) {
    const boundary: Boundary = {
      kind: "boundary",
      error: null,
      notFound: null,
      surround,
    };
    const middlewares: MaybeLazyMiddleware<AnyState>[] = [];
    for (const item of around) {
      if (item.scope.length !== depth) continue;
      if (item.kind === "middleware") middlewares.push(item.run);
      else if (item.kind === "error") boundary.error = item.run;
      else if (item.kind === "notFound") boundary.notFound = item.run;
      else if (item.kind === "app") {
        surround = { ...surround, app: item.component };
      } else {
        const outer = item.config.skipInheritedLayouts ? [] : surround.layouts;
        surround = {
          app: item.config.skipAppWrapper ? null : surround.app,
          layouts: [...outer, {
            component: item.component,
            config: item.config,
          }],
        };
      }
    }
    boundary.surround = surround;
    handles404 ||= boundary.notFound !== null;
    if (boundary.error !== null || boundary.notFound !== null) {
      nodes.push(boundary);
    }
    nodes.push(...middlewares);
  }
  nodes.push(refuse, ...handlers);

  // What no route matches is answered within the middlewares, whose headers belong on that page as well.
  const missing = handlers.length > 0
    ? undefined
    : nodes.findLast((node) => typeof node !== "function" && node.notFound !== null) as
      | Boundary
      | undefined;
  let step: Step = missing === undefined
    ? () => Promise.reject(new HttpError(404))
    : (ctx) => show(ctx, missing.surround, missing.notFound!, new HttpError(404));
  for (const node of nodes.reverse()) {
    step = typeof node === "function" ? runStep(node, step) : catchStep(node, step, handles404);
  }
  const first = step;
  return (ctx) => {
    const internals = internalsOf(ctx);
    internals.appWrapper = surround.app;
    internals.layouts = surround.layouts;
    return first(ctx);
  };
}

/** Throws the reason for which the request cannot reach its handler, such as 405. */
function refuse(ctx: Context<AnyState>): Promise<Response> {
  const { refusal } = internalsOf(ctx);
  return refusal === null ? ctx.next() : Promise.reject(refusal);
}

function runStep(middleware: MaybeLazyMiddleware<AnyState>, next: Step): Step {
  let run = middleware;
  return async (ctx) => {
    const own = async () => {
      try {
        return await next(ctx);
      } finally {
        // A middleware may call next() again, to try once more.
        ctx.next = own;
      }
    };
    ctx.next = own;
    let answer = await run(ctx);
    if (typeof answer === "function") {
      run = answer;
      answer = await answer(ctx);
    }
    if (!(answer instanceof Response)) {
      throw new TypeError(
        `Cannot answer ${ctx.req.method} ${ctx.url.pathname}: a middleware returned ${answer}`,
      );
    }
    return answer;
  };
}

/** Lets a handler answer for an error, within the surroundings of its own segment. */
function show(
  ctx: Context<AnyState>,
  surround: Surroundings,
  handler: MaybeLazyMiddleware<AnyState>,
  error: unknown,
): Promise<Response> {
  const internals = internalsOf(ctx);
  internals.appWrapper = surround.app;
  internals.layouts = surround.layouts;
  internals.data = undefined;
  ctx.error = error;
  return runStep(handler, () => Promise.reject(error))(ctx);
}

function catchStep(boundary: Boundary, next: Step, handles404: boolean): Step {
  return async (ctx) => {
    let error: unknown;
    try {
      return await next(ctx);
    } catch (thrown) {
      error = thrown;
    }
    if (error instanceof HttpError && error.status === 404 && handles404) {
      // The notFound handler may lie further out; it goes before the error handlers.
      if (boundary.notFound === null) throw error;
      try {
        return await show(ctx, boundary.surround, boundary.notFound, error);
      } catch (thrown) {
        error = thrown;
      }
    }
    if (boundary.error === null) throw error;
    // In production the app's handler decides what is logged, and in which form.
    if (ctx.config.mode === "development" && !(error instanceof HttpError)) console.error(error);
    return show(ctx, boundary.surround, boundary.error, error);
  };
}
