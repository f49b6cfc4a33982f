/**
 * Puts markers around islands, the elements that are passed to them, and partials, while preact renders a page.
 * Rendering is synchronous, so one state at a time is current.
 */
import {
  type ComponentChildren,
  type ComponentType,
  createContext,
  Fragment,
  h,
  options as publicOptions,
  type VNode,
} from "preact";
import { useContext } from "preact/hooks";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import { runtimeHooks } from "../runtime/hooks.ts";
import { setIdScope } from "../runtime/id_scope.ts";
import type { RenderState } from "./state.ts";

type AnyProps = Record<string, unknown> & { children?: ComponentChildren };
/** `__b` is the name under which preact calls back before it renders an element. */
const options = publicOptions as typeof publicOptions & {
  __b?: (vnode: VNode<AnyProps>) => void;
};

/** Comments around what `<Head>` renders, which is moved into the head afterwards. */
export const HEAD_START = "<!--frsh:head-->";
export const HEAD_END = "<!--/frsh:head-->";

const HEAD_ELEMENTS = new Set([
  "title",
  "meta",
  "link",
  "style",
  "script",
  "base",
  "noscript",
]);

let current: RenderState | null = null;
const InsideIsland = createContext(false);
/** Elements of islands which are to render as what they are. */
const plain = new WeakSet<object>();
/** Elements whose nonce is ours: an element that a module keeps is rendered for many requests. */
const ownNonce = new WeakSet<object>();

/** Renders with a state that collects what the browser needs. */
export function renderWith(
  state: RenderState,
  content: ComponentChildren,
): string {
  const outer = current;
  const outerBuild = runtimeHooks.buildId;
  current = state;
  runtimeHooks.buildId = state.build.buildId || null;
  try {
    return renderToString(h(Fragment, null, content));
  } finally {
    current = outer;
    runtimeHooks.buildId = outerBuild;
  }
}

/** Renders an element that an island was given but did not show. */
export function renderSlot(state: RenderState, content: VNode): string {
  return renderWith(state, h(InsideIsland.Provider, { value: false }, content));
}

/** The element that is rendered in the slot which `vnode` is turned into. */
export function slotContent(vnode: VNode): VNode {
  if (vnode.type === SlotBoundary) {
    return (vnode.props as unknown as { content: VNode }).content;
  }
  const content = { ...vnode };
  vnode.type = SlotBoundary as unknown as ComponentType;
  vnode.props = { content } as unknown as VNode["props"];
  return content;
}

function marked(kind: string, id: number, content: ComponentChildren): VNode {
  return jsxTemplate([
    `<!--frsh:${kind}:${id}-->`,
    `<!--/frsh:${kind}:${id}-->`,
  ], content);
}

function plainVNode(
  component: ComponentType,
  props: AnyProps,
  key: unknown,
): VNode {
  const vnode = h(Fragment, null) as VNode<AnyProps>;
  vnode.type = component as VNode<AnyProps>["type"];
  vnode.props = props as VNode<AnyProps>["props"];
  vnode.key = key;
  plain.add(vnode);
  return vnode;
}

interface IslandBoundaryProps {
  component: ComponentType;
  props: AnyProps;
  islandKey: unknown;
}

function IslandBoundary(
  { component, props, islandKey }: IslandBoundaryProps,
): ComponentChildren {
  const nested = useContext(InsideIsland);
  const content = plainVNode(component, props, islandKey);
  const island = current?.build.islands.get(component as never);
  if (current === null || island === undefined || nested) return content;
  const { encoder, islands } = current;
  const label = `props of island ${island.name}`;
  const id = islands.push([island.name, island.exportName, islandKey ?? null, 0]) - 1;
  islands[id]![3] = encoder.add(props, label);
  setIdScope(content, id);
  return marked(
    "island",
    id,
    h(InsideIsland.Provider, { value: true }, content),
  );
}

function SlotBoundary({ content }: { content: VNode }): ComponentChildren {
  const id = current?.slots.indexOf(content) ?? -1;
  if (id === -1) return content;
  current!.renderedSlots.add(id);
  return marked(
    "slot",
    id,
    h(InsideIsland.Provider, { value: false }, content),
  );
}

function PartialBoundary(
  { name, mode, content }: {
    name: string;
    mode: "replace" | "append" | "prepend";
    content: ComponentChildren;
  },
): ComponentChildren {
  if (useContext(InsideIsland)) {
    throw new Error(
      `Cannot render partial "${name}": a <Partial> may not be part of an island`,
    );
  }
  if (current === null) return content;
  if (current.partials.some(([other]) => other === name)) {
    throw new Error(
      `Cannot render partial "${name}": the page has another one of this name`,
    );
  }
  return marked("partial", current.partials.push([name, mode]) - 1, content);
}

runtimeHooks.renderHead = (children) => jsxTemplate([HEAD_START, HEAD_END], children);
runtimeHooks.renderPartial = (name, mode, content) => h(PartialBoundary, { name, mode, content });

function beforeComponent(vnode: VNode<AnyProps>, state: RenderState): void {
  if (!state.build.islands.has(vnode.type as never) || plain.has(vnode)) return;
  const { type, props, key } = vnode;
  vnode.type = IslandBoundary as unknown as VNode<AnyProps>["type"];
  vnode.props = {
    component: type,
    props,
    islandKey: key,
  } as unknown as typeof vnode.props;
}

function beforeElement(vnode: VNode<AnyProps>, state: RenderState): void {
  const { type, props } = vnode;
  if (props["f-client-nav"] === false) {
    vnode.props = { ...props, "f-client-nav": "false" };
  }
  if (!HEAD_ELEMENTS.has(type as string)) return;
  if (
    vnode.key !== null && vnode.key !== undefined &&
    props["data-key"] === undefined
  ) {
    vnode.props = { ...vnode.props, "data-key": String(vnode.key) };
  }
  if (type !== "script" && type !== "style") return;
  if (props.nonce !== undefined && !ownNonce.has(vnode)) return;
  if (state.nonce === null && !ownNonce.has(vnode)) return;
  ownNonce.add(vnode);
  vnode.props = { ...vnode.props, nonce: state.nonce ?? undefined };
}

const previousBefore = options.__b;
options.__b = (vnode) => {
  if (current !== null) {
    if (typeof vnode.type === "string") beforeElement(vnode, current);
    else if (current.build.islands.size > 0) beforeComponent(vnode, current);
  }
  previousBefore?.(vnode);
};

const previousAttr = options.attr;
options.attr = (name, value) =>
  name === "f-client-nav" && value === false ? 'f-client-nav="false"' : previousAttr?.(name, value);
