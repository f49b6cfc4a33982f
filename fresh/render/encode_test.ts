import { computed, Signal, signal } from "@preact/signals";
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { h } from "preact";
import fc from "fast-check";
import { Decoder } from "../runtime/decode.ts";
import { embedJson } from "./document.ts";
import { Encoder } from "./encode.ts";

/** Sends a value the way a page does. */
function send<T>(value: T): T {
  const encoder = new Encoder(() => 7);
  const index = encoder.add(value, "value");
  const { entries } = JSON.parse(embedJson({ entries: encoder.entries }));
  return new Decoder(entries, (id) => ({ slot: id })).read(index) as T;
}

Deno.test("any tree of the supported types arrives as it was", () => {
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "binary" }),
      fc.double(),
      fc.boolean(),
      fc.bigInt(),
      fc.constantFrom(null, undefined, NaN, Infinity, -Infinity, -0),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
      fc.webUrl().map((url) => new URL(url)),
      fc.array(tie("value")),
      fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
      fc.array(tie("value")).map((items) => new Set(items)),
      fc.array(fc.tuple(fc.string(), tie("value"))).map((items) => new Map(items)),
    ),
  })).value;
  fc.assert(fc.property(tree, (value) => deepEqual(send(value), value)), { numRuns: 300 });
});

Deno.test("what is shared stays shared, and cycles close", () => {
  const shared = { n: 1 };
  const cycle: { self?: unknown; all: Set<unknown> } = { all: new Set() };
  cycle.self = cycle;
  cycle.all.add(cycle);
  const sent = send({ a: shared, b: [shared], map: new Map([[shared, shared]]), cycle });
  equal(sent.a, sent.b[0]);
  equal(sent.map.get(sent.a), sent.a);
  equal(sent.cycle.self, sent.cycle);
  ok(sent.cycle.all.has(sent.cycle));
});

Deno.test("signals arrive as signals, a computed one with the value that it had", () => {
  const count = signal(2);
  const sent = send({ count, again: count, double: computed(() => count.value * 2) });
  ok(sent.count instanceof Signal);
  equal(sent.count, sent.again);
  equal(sent.double.value, 4);
  sent.count.value = 5;
  equal(sent.again.value, 5);
  throws(() => (sent.double as Signal<number>).value = 1);
});

Deno.test("holes of an array stay holes, and an invalid date stays one", () => {
  // deno-lint-ignore no-sparse-arrays
  const sent = send([1, , undefined]);
  deepEqual([sent.length, 1 in sent, 2 in sent], [3, false, true]);
  ok(Number.isNaN(send(new Date(NaN)).getTime()));
});

Deno.test("__proto__ is a name like any other", () => {
  const sent = send(JSON.parse('{"__proto__": {"polluted": true}}'));
  deepEqual(Object.keys(sent), ["__proto__"]);
  equal(({} as Record<string, unknown>).polluted, undefined);
  equal(Object.getPrototypeOf(sent), Object.prototype);
});

Deno.test("elements become the number of their slot", () => {
  deepEqual(send({ label: h("b", null, "x") }), { label: { slot: 7 } });
});

Deno.test("what is no data is refused by its path", () => {
  class Account {}
  const message = (value: unknown) => {
    try {
      return String(send(value));
    } catch (error) {
      return (error as Error).message;
    }
  };
  equal(
    message({ save: { now: () => {} } }),
    "Cannot send value.save.now to the browser: a function is not data",
  );
  equal(
    message([new Account()]),
    "Cannot send value[0] to the browser: an instance of Account is not data",
  );
  equal(message(Symbol("x")), "Cannot send value to the browser: a symbol is not data");
});

Deno.test("embedded JSON has nothing that could end its script", () => {
  const text = embedJson({ text: "</script><!-- --> \u2028\u2029" });
  ok(!/[<>\u2028\u2029]/.test(text), text);
  deepEqual(JSON.parse(text), { text: "</script><!-- --> \u2028\u2029" });
});
