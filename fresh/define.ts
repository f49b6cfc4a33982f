import type { ComponentChildren } from "preact";
import type { HandlerData, Middleware, PageProps, PageResponse, RouteHandler } from "./types.ts";

type Rendered =
  | ComponentChildren
  | Response
  | Promise<ComponentChildren | Response>;

/** Helpers that return their argument and only help the type checker. */
export interface Define<State> {
  /** For the `handler` or `handlers` export of a route. */
  handlers<Data, Handlers extends RouteHandler<Data, State>>(
    handlers: Handlers,
  ): Handlers;
  /** For the default export of a route: `define.page<typeof handlers>(({ data }) => …)`. */
  page<
    Handler extends RouteHandler<unknown, State> = never,
    Data = [Handler] extends [never] ? unknown : HandlerData<Handler>,
    Out extends Rendered = Rendered,
  >(
    render: (props: PageProps<Data, State>) => Out,
  ): (props: PageProps<Data, State>) => Out;
  /** For the default export of a `_layout.tsx`. */
  layout<Out extends Rendered = Rendered>(
    render: (props: PageProps<unknown, State>) => Out,
  ): (props: PageProps<unknown, State>) => Out;
  /** For a `_middleware.ts`: one middleware or an array of them. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(
    middleware: M,
  ): M;
}

const helpers = {
  handlers: <T>(value: T) => value,
  page: <T>(value: T) => value,
  layout: <T>(value: T) => value,
  middleware: <T>(value: T) => value,
};

/** Makes `define` for an application whose `ctx.state` has the given type. */
export function createDefine<State>(): Define<State> {
  return helpers as Define<State>;
}

/** Lets a handler answer with the component of its route, which gets `data` as `props.data`. */
export function page<Data>(
  data: Data,
  options?: { status?: number; headers?: HeadersInit },
): PageResponse<Data>;
export function page(): PageResponse<undefined>;
export function page<Data>(
  data?: Data,
  options?: { status?: number; headers?: HeadersInit },
): PageResponse<Data | undefined> {
  return { data, ...options };
}
