import type { ComponentChildren } from "preact";

/** How a `<Partial>` treats what is already in its place. */
export type PartialMode = "replace" | "append" | "prepend";

/**
 * What the server's renderer and the browser's entry put in place of the components of `fresh/runtime`.
 * Without either, the components render their children and assets keep their path.
 */
export interface RuntimeHooks {
  buildId: string | null;
  renderHead: ((children: ComponentChildren) => ComponentChildren) | null;
  renderPartial:
    | ((
      name: string,
      mode: PartialMode,
      children: ComponentChildren,
    ) => ComponentChildren)
    | null;
}

export const runtimeHooks: RuntimeHooks = {
  buildId: null,
  renderHead: null,
  renderPartial: null,
};
