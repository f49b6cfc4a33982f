/** Upper bounds of what keys and values take in the store, so that a batch stays within its limits. */

/** Bytes of a string in V8's serialisation: one a character, or two if any is beyond Latin-1. */
export function stringBytes(text: string): number {
  return (/[\u0100-\uffff]/.test(text) ? text.length * 2 : text.length) + 6;
}

/** Bytes of a key: each part with its tag and terminator, zero bytes escaped. */
export function keyBytes(key: Deno.KvKey): number {
  let bytes = 0;
  for (const part of key) {
    if (typeof part === "string") {
      // UTF-8 takes three bytes a UTF-16 unit at most; an ASCII part takes one.
      bytes += (/[\u0080-\uffff]/.test(part) ? part.length * 3 : part.length) + 2;
    } else if (part instanceof Uint8Array) bytes += part.length * 2 + 2;
    else bytes += 17;
  }
  return bytes;
}

/** Bytes of a stored value: JSON values and byte arrays; anything else counts as 1 KiB. */
export function valueBytes(value: unknown): number {
  switch (typeof value) {
    case "string":
      return stringBytes(value);
    case "number":
      return 9;
    case "object":
      return value === null ? 1 : objectBytes(value);
    case "boolean":
    case "undefined":
      return 1;
    default:
      return 1024;
  }
}

function objectBytes(value: object): number {
  if (Array.isArray(value)) {
    let bytes = 12;
    for (const item of value) bytes += valueBytes(item);
    return bytes;
  }
  if (ArrayBuffer.isView(value)) return value.byteLength + 24;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return 1024;
  let bytes = 8;
  for (const name in value) {
    bytes += stringBytes(name) + valueBytes((value as Record<string, unknown>)[name]);
  }
  return bytes;
}
