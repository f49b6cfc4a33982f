import type { Encoded } from "../decode.ts";
import type { PartialMode } from "../hooks.ts";

/** What the server says about a page: the counterpart of `render/document.ts`. */
export interface PageState {
  buildId: string;
  /** Module, export, key and index of the props; the number of a marker is the index here. */
  islands: [
    name: string,
    exportName: string,
    key: string | number | null,
    props: number,
  ][];
  partials: [name: string, mode: PartialMode][];
  /** URLs of the islands' modules. */
  modules: Record<string, string>;
  values: Encoded[];
}

/** Reads the state of a document, or null if it has none. */
export function readState(document: Document): PageState | null {
  const text = document.querySelector("script#__FRSH_STATE")?.textContent;
  return text ? JSON.parse(text) as PageState : null;
}

export type MarkerKind = "island" | "slot" | "partial";

/** A marker that begins a region, or null if the node is none. */
export function startMarker(
  node: Node,
): { kind: MarkerKind; id: number } | null {
  if (node.nodeType !== Node.COMMENT_NODE) return null;
  const match = /^frsh:(island|slot|partial):(\d+)$/.exec(
    (node as Comment).data,
  );
  return match === null ? null : { kind: match[1] as MarkerKind, id: Number(match[2]) };
}

/** The nodes between a marker and its end, and that end. */
export function regionOf(start: Node): { nodes: Node[]; end: Node | null } {
  const closing = `/${(start as Comment).data}`;
  const nodes: Node[] = [];
  let node = start.nextSibling;
  while (node !== null) {
    if (
      node.nodeType === Node.COMMENT_NODE && (node as Comment).data === closing
    ) break;
    nodes.push(node);
    node = node.nextSibling;
  }
  return { nodes, end: node };
}
