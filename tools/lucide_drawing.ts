/** Takes the drawing out of one of lucide-preact's components. */
import type { ComponentChildren, FunctionComponent, VNode } from "preact";

/** The elements of an icon: tag and attributes. */
export type Drawing = [tag: string, attributes: Record<string, string>][];

type Node = VNode<Record<string, unknown> & { children?: ComponentChildren }>;

/** Renders the component down to its `svg` element and reads the children. Throws if there is none. */
export function drawingOf(module: object, name: string): Drawing {
  const component = (module as Record<string, unknown>)[name];
  if (typeof component !== "function") throw new Error(`lucide-preact has no icon ${name}`);
  const outer = (component as FunctionComponent)({}) as Node;
  const icon = (outer.props as { icon?: { node: [string, Record<string, unknown>][] } }).icon;
  if (!icon) throw new Error(`lucide-preact's ${name} is not drawn as expected`);
  return icon.node.map(([tag, { key: _key, ...attributes }]) => [
    tag,
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
  ]);
}
