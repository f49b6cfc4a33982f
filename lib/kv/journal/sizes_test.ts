import assert from "node:assert/strict";
import { serialize } from "node:v8";
import fc from "fast-check";
import { valueBytes } from "./sizes.ts";

Deno.test("R10 a value is never larger than it was counted", () =>
  fc.assert(fc.property(
    fc.jsonValue({ stringUnit: "binary" }),
    (value) => assert.ok(valueBytes(value) + 4 >= serialize(value).byteLength),
  )));
