import { Signal } from "@preact/signals";
import { isValidElement, type VNode } from "preact";
import {
  type Encoded,
  HOLE,
  INFINITY,
  NAN,
  NEGATIVE_INFINITY,
  NEGATIVE_ZERO,
  UNDEFINED,
} from "../runtime/decode.ts";

/** Encodes the props of all islands of a page into one graph, in the form that `runtime/decode.ts` describes. */
export class Encoder {
  readonly entries: Encoded[] = [];
  #seen = new Map<unknown, number>();
  #slotOf: (vnode: VNode) => number;

  /** `slotOf` gives the number under which the browser finds a rendered element. */
  constructor(slotOf: (vnode: VNode) => number) {
    this.#slotOf = slotOf;
  }

  /** Adds a value and returns its index. Throws a TypeError that names what cannot be sent, by its path. */
  add(value: unknown, path: string): number {
    if (value === undefined) return UNDEFINED;
    if (typeof value === "number") {
      if (Number.isNaN(value)) return NAN;
      if (value === Infinity) return INFINITY;
      if (value === -Infinity) return NEGATIVE_INFINITY;
      if (Object.is(value, -0)) return NEGATIVE_ZERO;
    }
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    const index = this.entries.length;
    this.#seen.set(value, index);
    this.entries.push(null);
    this.entries[index] = this.#encode(value, path);
    return index;
  }

  #encode(value: unknown, path: string): Encoded {
    if (value === null) return null;
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return value;
      case "bigint":
        return ["bigint", String(value)];
      case "object":
        return this.#encodeObject(value, path);
      default:
        throw new TypeError(
          `Cannot send ${path} to the browser: a ${typeof value} is not data`,
        );
    }
  }

  #encodeObject(value: object, path: string): Encoded {
    // Before the elements: a signal passes for one, so that it can stand among children.
    if (value instanceof Signal) {
      return [
        isComputed(value) ? "computed" : "signal",
        this.add(value.peek(), `${path}.value`),
      ];
    }
    if (isValidElement(value)) return ["slot", this.#slotOf(value)];
    if (Array.isArray(value)) {
      return [
        "array",
        ...Array.from(
          { length: value.length },
          (_, i) => i in value ? this.add(value[i], `${path}[${i}]`) : HOLE,
        ),
      ];
    }
    // An invalid date has no time, which JSON could not tell from null.
    if (value instanceof Date) {
      return [
        "date",
        Number.isNaN(value.getTime()) ? NAN : String(value.getTime()),
      ];
    }
    if (value instanceof URL) return ["url", value.href];
    if (value instanceof RegExp) return ["regexp", value.source, value.flags];
    if (value instanceof Uint8Array) return ["bytes", toBase64(value)];
    if (value instanceof Set) {
      return [
        "set",
        ...Array.from(value, (item) => this.add(item, `${path} (set)`)),
      ];
    }
    if (value instanceof Map) {
      const parts = Array.from(
        value,
        (
          [key, item],
        ) => [this.add(key, `${path} (key)`), this.add(item, `${path} (map)`)],
      );
      return ["map", ...parts.flat()];
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const name = value.constructor?.name ?? "class";
      throw new TypeError(
        `Cannot send ${path} to the browser: an instance of ${name} is not data`,
      );
    }
    const parts = Object.entries(value).flatMap((
      [name, item],
    ) => [name, this.add(item, `${path}.${name}`)]);
    return ["object", ...parts];
  }
}

/** A computed signal is one whose value cannot be set. */
function isComputed(value: Signal): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(
    Object.getPrototypeOf(value),
    "value",
  );
  return descriptor !== undefined && descriptor.set === undefined;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}
