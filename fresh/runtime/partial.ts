import type { ComponentChildren } from "preact";
import { type PartialMode, runtimeHooks } from "./hooks.ts";

export interface PartialProps {
  /** Unique among the partials of a page. */
  name: string;
  /** What happens to the present content when new content arrives. Default: "replace". */
  mode?: PartialMode;
  children?: ComponentChildren;
}

/** A region of the page that a navigation below `f-client-nav` updates without a reload. */
export function Partial(
  { name, mode = "replace", children }: PartialProps,
): ComponentChildren {
  return runtimeHooks.renderPartial === null
    ? children
    : runtimeHooks.renderPartial(name, mode, children);
}
