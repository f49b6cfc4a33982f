import { computed, signal } from "@preact/signals";

/*
 * The form in which props travel: an array of values that refer to each other by index, so that what is shared
 * stays shared and cycles are possible. A string, boolean, finite number or null stands for itself; everything
 * else is an array of a tag and its parts. These indices stand for values that JSON does not have.
 */
export const UNDEFINED = -1;
export const NAN = -2;
export const INFINITY = -3;
export const NEGATIVE_INFINITY = -4;
export const NEGATIVE_ZERO = -5;
export const HOLE = -6;

/** Tags of {@linkcode Encoded} entries. */
export type Tag =
  | "array"
  | "object"
  | "bigint"
  | "date"
  | "url"
  | "regexp"
  | "map"
  | "set"
  | "bytes"
  | "signal"
  | "computed"
  | "slot";
/** One value of the graph. */
export type Encoded = string | number | boolean | null | [
  Tag,
  ...(string | number)[],
];

/** Reads values out of an encoded graph. What is read twice is the same object. */
export class Decoder {
  #entries: Encoded[];
  #makeSlot: (id: number) => unknown;
  #values = new Map<number, unknown>();

  constructor(entries: Encoded[], makeSlot: (id: number) => unknown) {
    this.#entries = entries;
    this.#makeSlot = makeSlot;
  }

  read(index: number): unknown {
    if (index < 0) return special(index);
    if (this.#values.has(index)) return this.#values.get(index);
    const entry = this.#entries[index];
    if (!Array.isArray(entry)) return entry;
    return this.#revive(index, entry[0], entry.slice(1));
  }

  #keep<T>(index: number, value: T): T {
    this.#values.set(index, value);
    return value;
  }

  #revive(index: number, tag: Tag, parts: (string | number)[]): unknown {
    const text = String(parts[0]);
    const inner = parts[0] as number;
    switch (tag) {
      case "array": {
        const array = this.#keep<unknown[]>(index, new Array(parts.length));
        parts.forEach((part, i) => {
          if (part !== HOLE) array[i] = this.read(part as number);
        });
        return array;
      }
      case "object": {
        const object = this.#keep<Record<string, unknown>>(index, {});
        for (let i = 0; i < parts.length; i += 2) {
          // Not an assignment: "__proto__" is a name like any other here.
          Object.defineProperty(object, String(parts[i]), {
            value: this.read(parts[i + 1] as number),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return object;
      }
      case "map": {
        const map = this.#keep(index, new Map());
        for (let i = 0; i < parts.length; i += 2) {
          map.set(
            this.read(parts[i] as number),
            this.read(parts[i + 1] as number),
          );
        }
        return map;
      }
      case "set": {
        const set = this.#keep(index, new Set());
        for (const part of parts) set.add(this.read(part as number));
        return set;
      }
      case "signal": {
        const made = this.#keep(index, signal<unknown>(undefined));
        made.value = this.read(inner);
        return made;
      }
      case "computed": {
        const source: { value?: unknown } = {};
        const made = this.#keep(index, computed(() => source.value));
        source.value = this.read(inner);
        return made;
      }
      case "bigint":
        return this.#keep(index, BigInt(text));
      case "date":
        return this.#keep(
          index,
          new Date(inner === NAN ? NaN : Number(text)),
        );
      case "url":
        return this.#keep(index, new URL(text));
      case "regexp":
        return this.#keep(index, new RegExp(text, String(parts[1])));
      case "bytes":
        return this.#keep(
          index,
          Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
        );
      case "slot":
        return this.#keep(index, this.#makeSlot(inner));
    }
  }
}

function special(index: number): unknown {
  switch (index) {
    case NAN:
      return NaN;
    case INFINITY:
      return Infinity;
    case NEGATIVE_INFINITY:
      return -Infinity;
    case NEGATIVE_ZERO:
      return -0;
    default:
      return undefined;
  }
}
