import { Component, type ComponentChildren, Fragment, h } from "preact";
import type { PartialMode } from "../hooks.ts";

interface Props {
  name: string;
  mode: PartialMode;
  children?: ComponentChildren;
}

/** The partials that are on the page, by name. */
export const regions = new Map<string, PartialRegion>();

let batches = 0;

/** A part of the page whose content navigations replace or add to. */
export class PartialRegion extends Component<Props> {
  /** What arrived together has a key of its own, so that additions leave the state of the rest alone. */
  #batches: [key: number, children: ComponentChildren][];

  constructor(props: Props) {
    super(props);
    this.#batches = [[batches++, props.children]];
  }

  override componentDidMount(): void {
    regions.set(this.props.name, this);
  }

  override componentWillUnmount(): void {
    if (regions.get(this.props.name) === this) regions.delete(this.props.name);
  }

  override componentWillReceiveProps(next: Props): void {
    if (next.children !== this.props.children) {
      this.#put(next.mode, next.children);
    }
  }

  /** Takes new content in. */
  apply(mode: PartialMode, children: ComponentChildren): void {
    this.#put(mode, children);
    this.forceUpdate();
  }

  #put(mode: PartialMode, children: ComponentChildren): void {
    if (mode === "append") {
      this.#batches = [...this.#batches, [batches++, children]];
    } else if (mode === "prepend") {
      this.#batches = [[batches++, children], ...this.#batches];
    } // The key stays with a replacement: islands that are in the new content as well keep their state.
    else this.#batches = [[this.#batches[0]![0], children]];
  }

  override render(): ComponentChildren {
    return this.#batches.map(([key, children]) => h(Fragment, { key }, children));
  }
}
