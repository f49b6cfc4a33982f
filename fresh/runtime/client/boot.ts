/** The browser's entry: takes over islands and partials, and follows links within partials. */
import { hydrate } from "preact";
import { runtimeHooks } from "../hooks.ts";
import { renderHead } from "./head_effect.ts";
import { type PageState, readState, regionOf, startMarker } from "./page_state.ts";
import { rangeRoot } from "./range_root.ts";
import { loadIslands, PageContent } from "./revive.ts";

async function takeOver(state: PageState): Promise<void> {
  runtimeHooks.buildId = state.buildId;
  runtimeHooks.renderHead = renderHead;
  const content = new PageContent(document, state, await loadIslands(state));
  for (
    const start of outermostRegions(document.body ?? document.documentElement)
  ) {
    const { kind, id } = startMarker(start)!;
    const { nodes, end } = regionOf(start);
    try {
      const vnode = kind === "partial" ? content.partial(id, nodes) : content.island(id, nodes);
      hydrate(vnode, rangeRoot(start.parentNode!, nodes, end));
    } catch (error) {
      // One island that fails leaves the others working.
      reportError(error);
    }
  }
}

/** Markers of the islands and partials that lie in no other one. */
function outermostRegions(root: Node): Node[] {
  const found: Node[] = [];
  const visit = (parent: Node) => {
    for (
      let node: Node | null = parent.firstChild;
      node !== null;
      node = node.nextSibling
    ) {
      if (startMarker(node) === null) {
        visit(node);
        continue;
      }
      found.push(node);
      const { end } = regionOf(node);
      if (end === null) break;
      node = end;
    }
  };
  visit(root);
  return found;
}

const state = readState(document);
if (state !== null) {
  await takeOver(state);
  // Most pages have nothing that a link could update in place.
  if (state.partials.length > 0 || document.querySelector("[f-client-nav]") !== null) {
    (await import("./navigation.ts")).startNavigation();
  }
}
