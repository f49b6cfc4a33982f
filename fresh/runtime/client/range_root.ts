import type { ContainerNode } from "preact";

/**
 * Lets preact render between two neighbours of one parent, which has other children as well. preact keeps its
 * tree on this object, so there must be one for each region.
 */
export function rangeRoot(
  parent: Node,
  nodes: Node[],
  end: Node | null,
): ContainerNode {
  const root = {
    nodeType: 1,
    parentNode: parent,
    firstChild: nodes[0] ?? null,
    childNodes: nodes,
    namespaceURI: (parent as Element).namespaceURI,
    contains: (node: Node) => parent.contains(node),
    insertBefore(node: Node, before: Node | null) {
      // preact skips comments when it looks for the next sibling and may so leave the region.
      const outside = before === null ||
        (end !== null &&
          (end.compareDocumentPosition(before) &
              Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
      return parent.insertBefore(node, outside ? end : before);
    },
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
  };
  return root as unknown as ContainerNode;
}
