/**
 * Gives `useId` within an island numbers of its own. preact counts from the root of a tree, which on the server is
 * the page and in the browser the island, so that without this the two would differ and islands would clash.
 */
export function setIdScope(vnode: object, island: number): void {
  // `__m` is where preact keeps the counter. The page itself has the scope 0.
  (vnode as { __m?: [number, number] }).__m = [island + 1, 0];
}
