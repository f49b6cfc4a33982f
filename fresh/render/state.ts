import type { VNode } from "preact";
import type { BuildCache } from "../build_cache.ts";
import type { PartialMode } from "../runtime/hooks.ts";
import { Encoder } from "./encode.ts";

/** What one rendering collects for the browser. */
export class RenderState {
  readonly build: BuildCache;
  /** Nonce of inline scripts and styles, if the page's policy has one. */
  readonly nonce: string | null;
  /** Island, export, key and index of the props, in the order of the markers in the page. */
  readonly islands: [
    name: string,
    exportName: string,
    key: unknown,
    props: number,
  ][] = [];
  readonly partials: [name: string, mode: PartialMode][] = [];
  /** Elements that were passed to islands, by their number. */
  readonly slots: VNode[] = [];
  readonly renderedSlots = new Set<number>();
  readonly encoder: Encoder;

  constructor(
    build: BuildCache,
    nonce: string | null,
    slotOf: (vnode: VNode) => VNode,
  ) {
    this.build = build;
    this.nonce = nonce;
    this.encoder = new Encoder((vnode) => this.#addSlot(slotOf(vnode)));
  }

  #addSlot(content: VNode): number {
    const known = this.slots.indexOf(content);
    return known === -1 ? this.slots.push(content) - 1 : known;
  }
}
