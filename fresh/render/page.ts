import { type ComponentChildren, type FunctionComponent, h, type VNode } from "preact";
import type { Context, ContextInternals } from "../context.ts";
import { errorStatus } from "../route.ts";
import type { AnyComponent, LayoutConfig, PageProps } from "../types.ts";
import { renderDocument } from "./document.ts";

type Component = AnyComponent<PageProps<unknown, never>>;

function pageProps(
  ctx: Context<never>,
  data: unknown,
  Component: FunctionComponent,
): PageProps<unknown, never> {
  const { config, url, req, params, info, state, isPartial, error, route } = ctx;
  return {
    config,
    url,
    req,
    params,
    info,
    state,
    isPartial,
    error,
    route,
    data,
    Component,
  };
}

const isAsync = (component: Component) => component.constructor.name === "AsyncFunction";

/** The element of a page, layout or wrapper. An async one is called here, before the rendering. */
export async function componentVNode(
  ctx: Context<never>,
  component: Component,
  data: unknown,
  Child: FunctionComponent,
): Promise<ComponentChildren | Response> {
  const props = pageProps(ctx, data, Child);
  if (isAsync(component)) return await component(props);
  return h(component as FunctionComponent<typeof props>, props) as VNode;
}

/** The element of a route's component. */
export function pageVNode(
  ctx: Context<never>,
  component: Component,
  data: unknown,
): Promise<ComponentChildren | Response> {
  return componentVNode(ctx, component, data, () => null);
}

/** Renders content within layouts and wrapper into the response of a request. */
export async function renderPage(
  ctx: Context<never>,
  internals: ContextInternals,
  content: ComponentChildren,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  const around: Component[] = [];
  if (!config.skipAppWrapper && internals.appWrapper !== null) {
    around.push(internals.appWrapper);
  }
  if (!config.skipInheritedLayouts) {
    around.push(...internals.layouts.map((layout) => layout.component));
  }
  let inner: ComponentChildren = content;
  for (const component of around.reverse()) {
    const child = inner;
    ctx.Component = () => child as VNode;
    const outer = await componentVNode(
      ctx,
      component,
      internals.data,
      ctx.Component,
    );
    if (outer instanceof Response) return outer;
    inner = outer;
  }
  internals.rendered = true;
  const html = renderDocument(
    inner,
    internals.build,
    internals.nonce,
    ctx.config.basePath,
  );
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) {
    headers.set("content-type", "text/html; charset=utf-8");
  }
  const status = init.status ??
    (ctx.error === null ? 200 : errorStatus(ctx.error));
  return new Response(html, { ...init, status, headers });
}
