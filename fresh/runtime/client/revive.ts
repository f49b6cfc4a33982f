import { type ComponentChildren, type ComponentType, h } from "preact";
import { Decoder } from "../decode.ts";
import { setIdScope } from "../id_scope.ts";
import { type PageState, regionOf, startMarker } from "./page_state.ts";
import { PartialRegion } from "./partial_region.ts";

const loaded = new Map<string, Promise<Record<string, ComponentType>>>();

/** Loads the modules of the islands that a page uses. Without one that fails, the others work all the same. */
export async function loadIslands(
  state: PageState,
): Promise<Map<string, Record<string, ComponentType>>> {
  const entries = await Promise.all(
    Object.entries(state.modules).map(async ([name, url]) => {
      let module = loaded.get(url);
      if (module === undefined) loaded.set(url, module = import(url));
      try {
        return [name, await module] as const;
      } catch (error) {
        reportError(error);
        loaded.delete(url);
        return [name, {}] as const;
      }
    }),
  );
  return new Map(entries);
}

/** Turns the server's HTML into elements of preact, with the islands in it as components. */
export class PageContent {
  #state: PageState;
  #modules: Map<string, Record<string, ComponentType>>;
  #decoder: Decoder;
  /** Nodes of the elements that were passed to islands, taken before an island changes them. */
  #slots = new Map<number, Node[]>();

  constructor(
    document: Document,
    state: PageState,
    modules: Map<string, Record<string, ComponentType>>,
  ) {
    this.#state = state;
    this.#modules = modules;
    this.#decoder = new Decoder(state.values, (id) => h(this.#Slot, { id }));
    this.#collectSlots(document);
    for (
      const template of document.querySelectorAll<HTMLTemplateElement>(
        "template[id^=frsh-slot-]",
      )
    ) {
      this.#slots.set(Number(template.id.slice("frsh-slot-".length)), [
        ...template.content.childNodes,
      ]);
      this.#collectSlots(template.content);
    }
  }

  /** The component of an island with its props; without its module, what the server rendered. */
  island(id: number, nodes: Node[]): ComponentChildren {
    const [name, exportName, key, index] = this.#state.islands[id]!;
    const component = this.#modules.get(name)?.[exportName];
    if (component === undefined) return this.revive(nodes);
    const props = this.#decoder.read(index) as Record<string, unknown>;
    const vnode = h(component, { ...props, key: key ?? undefined });
    setIdScope(vnode, id);
    return vnode;
  }

  /** The partial that a marker begins. */
  partial(id: number, nodes: Node[]): ComponentChildren {
    const [name, mode] = this.#state.partials[id]!;
    return h(
      PartialRegion,
      { name, mode, key: `partial:${name}` },
      this.revive(nodes),
    );
  }

  nameOfPartial(
    id: number,
  ): { name: string; mode: "replace" | "append" | "prepend" } {
    const [name, mode] = this.#state.partials[id]!;
    return { name, mode };
  }

  revive(nodes: Node[]): ComponentChildren[] {
    const out: ComponentChildren[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      if (node.nodeType === Node.TEXT_NODE) out.push((node as Text).data);
      else if (node.nodeType === Node.ELEMENT_NODE) {
        out.push(this.#element(node as Element));
      }
      const marker = startMarker(node);
      if (marker === null) continue;
      const region = regionOf(node);
      if (marker.kind === "island") out.push(this.island(marker.id, region.nodes));
      else if (marker.kind === "partial") {
        out.push(this.partial(marker.id, region.nodes));
      } else out.push(...this.revive(region.nodes));
      i += region.nodes.length + 1;
    }
    return out;
  }

  #element(element: Element): ComponentChildren {
    const props: Record<string, unknown> = {};
    const isField = element.localName === "input" ||
      element.localName === "textarea";
    for (const { name, value } of element.attributes) {
      // What someone has typed or ticked by now stays: these set only the value to begin with.
      if (isField && name === "value") props.defaultValue = value;
      else if (isField && name === "checked") props.defaultChecked = true;
      else if (!name.startsWith("on")) props[name] = value;
    }
    if (element.localName === "template" || element.localName === "noscript") {
      return h(element.localName, {
        ...props,
        dangerouslySetInnerHTML: { __html: element.innerHTML },
      });
    }
    return h(element.localName, props, ...this.revive([...element.childNodes]));
  }

  #Slot = ({ id }: { id: number }): ComponentChildren => this.revive(this.#slots.get(id) ?? []);

  #collectSlots(root: Node): void {
    const owner = root.ownerDocument ?? root as Document;
    const walker = owner.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
    for (
      let node = walker.nextNode();
      node !== null;
      node = walker.nextNode()
    ) {
      const marker = startMarker(node);
      if (marker?.kind === "slot" && !this.#slots.has(marker.id)) {
        this.#slots.set(marker.id, regionOf(node).nodes);
      }
    }
  }
}
