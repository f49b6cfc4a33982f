import type { ComponentChildren } from "preact";
import { runtimeHooks } from "./hooks.ts";

/**
 * Puts its children into the document's `<head>`. An element takes the place of an earlier one with the same
 * key, id or, for `<meta>`, name; there is one `<title>`. In the browser it acts once, when it is mounted.
 */
export function Head(
  { children }: { children?: ComponentChildren },
): ComponentChildren {
  return runtimeHooks.renderHead?.(children) ?? null;
}
