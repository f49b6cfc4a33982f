/** One of everything that may be a prop. */
export interface Values {
  text: string;
  number: number;
  notANumber: number;
  infinite: number;
  minusZero: number;
  yes: boolean;
  nothing: null;
  missing: undefined;
  big: bigint;
  date: Date;
  url: URL;
  regexp: RegExp;
  map: Map<string, { n: number }>;
  set: Set<number>;
  bytes: Uint8Array;
  list: unknown[];
  twice: [object, object];
  self: { me?: unknown };
}

export function makeValues(): Values {
  const shared = { n: 1 };
  const self: { me?: unknown } = {};
  self.me = self;
  return {
    text: "</script><!-- \u2028 <b>&amp;",
    number: 1.5,
    notANumber: NaN,
    infinite: -Infinity,
    minusZero: -0,
    yes: true,
    nothing: null,
    missing: undefined,
    big: 12345678901234567890n,
    date: new Date("2025-01-02T03:04:05.678Z"),
    url: new URL("https://example.com/a?b=c"),
    regexp: /a\/b"</gi,
    map: new Map([["key", shared]]),
    set: new Set([1, 2]),
    bytes: new Uint8Array([0, 128, 255]),
    list: [1, [2, { three: 3 }]],
    twice: [shared, shared],
    self,
  };
}

/** The same facts on the server and in the browser, as plain JSON. */
export function describe(values: Values): Record<string, unknown> {
  return {
    text: values.text,
    number: values.number,
    notANumber: Number.isNaN(values.notANumber),
    infinite: values.infinite === -Infinity,
    minusZero: Object.is(values.minusZero, -0),
    yes: values.yes,
    nothing: values.nothing === null,
    missing: values.missing === undefined,
    big: String(values.big),
    date: values.date instanceof Date && values.date.toISOString(),
    url: values.url instanceof URL && values.url.href,
    regexp: values.regexp instanceof RegExp && String(values.regexp),
    map: values.map instanceof Map && [...values.map],
    set: values.set instanceof Set && [...values.set],
    bytes: values.bytes instanceof Uint8Array && [...values.bytes],
    list: values.list,
    twice: values.twice[0] === values.twice[1] &&
      values.map.get("key") === values.twice[0],
    self: values.self.me === values.self,
  };
}
