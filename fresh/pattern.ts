/**
 * Path patterns in the syntax of URLPattern (https://urlpattern.spec.whatwg.org), compiled once to a RegExp:
 * a URLPattern costs several microseconds for each path that it is asked about.
 */
export interface PathPattern {
  regexp: RegExp;
  /** Names of the capture groups in their order; unnamed ones are "0", "1", … */
  names: string[];
  /** What every matching path begins with. */
  prefix: string;
}

const SPECIAL = /[:*{}()\\?+]/;
const IDENTIFIER_START = /[\p{ID_Start}$_]/u;
const IDENTIFIER_PART = /[\p{ID_Continue}$\u200c\u200d]/u;

/** Whether a pattern matches one path only. */
export function isLiteral(pattern: string): boolean {
  return !SPECIAL.test(pattern);
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Compiles a pattern. Throws a TypeError that names the pattern where its syntax is wrong. */
export function compilePattern(pattern: string): PathPattern {
  const names: string[] = [];
  let unnamed = 0;
  let at = 0;
  let prefix = "";
  let onlyLiteralSoFar = true;

  const fail = (why: string): never => {
    throw new TypeError(
      `Cannot compile route pattern "${pattern}": ${why} at ${at}`,
    );
  };

  function readModifier(): string {
    const next = pattern[at];
    if (next === "?" || next === "*" || next === "+") {
      at++;
      return next;
    }
    return "";
  }

  function readRegExp(): string {
    const start = ++at;
    for (let depth = 1; at < pattern.length; at++) {
      const char = pattern[at];
      if (char === "\\") at++;
      else if (char === "(") {
        depth++;
        if (pattern[at + 1] !== "?") fail("a capture group inside of a group");
      } else if (char === ")" && --depth === 0) {
        return pattern.slice(start, at++);
      }
    }
    return fail("a group is not closed");
  }

  /** One capture with what stands before it, which is left out or repeated together with it. */
  function capture(
    name: string,
    body: string,
    before: string,
    modifier: string,
  ): string {
    if (names.includes(name)) fail(`the name "${name}" is used twice`);
    names.push(name);
    const lead = escapeRegExp(before);
    if (modifier === "") return `${lead}(${body})`;
    if (modifier === "?") return `(?:${lead}(${body}))?`;
    const repeated = `(?:${lead}((?:${body})(?:${lead}(?:${body}))*))`;
    return modifier === "*" ? `${repeated}?` : repeated;
  }

  function parse(until: string): string {
    let out = "";
    let literal = "";
    const flush = () => {
      out += escapeRegExp(literal);
      if (onlyLiteralSoFar) prefix += literal;
      literal = "";
    };
    /** Takes the slash in front off, because a modifier of the group includes it. */
    const takeSlash = () => {
      const slash = until === "" && literal.endsWith("/") ? "/" : "";
      if (slash !== "") literal = literal.slice(0, -1);
      flush();
      onlyLiteralSoFar = false;
      return slash;
    };

    while (at < pattern.length && pattern[at] !== until) {
      const char = pattern[at]!;
      if (char === "\\") {
        literal += pattern[++at] ?? fail("nothing follows the backslash");
        at++;
      } else if (char === ":") {
        const start = ++at;
        while (
          at < pattern.length &&
          (at === start ? IDENTIFIER_START : IDENTIFIER_PART).test(pattern[at]!)
        ) at++;
        if (at === start) fail("a name is missing");
        const name = pattern.slice(start, at);
        const slash = takeSlash();
        const body = pattern[at] === "(" ? readRegExp() : "[^\\/]+?";
        out += capture(name, body, slash, readModifier());
      } else if (char === "(") {
        const slash = takeSlash();
        const body = readRegExp();
        out += capture(String(unnamed++), body, slash, readModifier());
      } else if (char === "*") {
        at++;
        const slash = takeSlash();
        out += capture(String(unnamed++), ".*", slash, readModifier());
      } else if (char === "{") {
        if (until !== "") fail("groups cannot be nested");
        flush();
        onlyLiteralSoFar = false;
        at++;
        const inner = parse("}");
        if (pattern[at] !== "}") fail("a group is not closed");
        at++;
        out += `(?:${inner})${readModifier()}`;
      } else if (char === "}" || char === ")" || char === "?" || char === "+") {
        fail(`unexpected "${char}"`);
      } else {
        literal += char;
        at++;
      }
    }
    flush();
    return out;
  }

  const source = parse("");
  return { regexp: new RegExp(`^${source}$`, "u"), names, prefix };
}

/** The pattern's parameters in a path, or null if it does not match. */
export function matchPattern(
  compiled: PathPattern,
  pathname: string,
): Record<string, string> | null {
  if (!pathname.startsWith(compiled.prefix)) return null;
  const match = compiled.regexp.exec(pathname);
  if (match === null) return null;
  const params: Record<string, string> = {};
  for (let i = 0; i < compiled.names.length; i++) {
    const value = match[i + 1];
    if (value !== undefined) params[compiled.names[i]!] = value;
  }
  return params;
}
