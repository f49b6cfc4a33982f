import { HEAD_END, HEAD_START } from "./intercept.ts";

const ATTRIBUTES = String.raw`(?:"[^"]*"|'[^']*'|[^>"'])*`;
const ELEMENT = new RegExp(
  String
    .raw`<(meta|link|base)\b${ATTRIBUTES}>|<(title|style|script|noscript)\b${ATTRIBUTES}>[\s\S]*?</\2>`,
  "g",
);

/** The names under which an element of the head may be replaced. */
function identities(element: string): string[] {
  const tag = /^<(\w+)/.exec(element)![1]!;
  if (tag === "title") return ["title"];
  const open = new RegExp(`^<\\w+${ATTRIBUTES}>`).exec(element)![0];
  const found: string[] = [];
  for (
    const [, name, value] of open.matchAll(/\s(data-key|id|name)="([^"]*)"/g)
  ) {
    if (name !== "name" || tag === "meta") found.push(`${name}=${value}`);
  }
  return found;
}

/** Takes what `<Head>` components rendered out of a page. */
export function extractHead(html: string): { html: string; head: string } {
  let head = "";
  let start = html.indexOf(HEAD_START);
  while (start !== -1) {
    const end = html.indexOf(HEAD_END, start);
    head += html.slice(start + HEAD_START.length, end);
    html = html.slice(0, start) + html.slice(end + HEAD_END.length);
    start = html.indexOf(HEAD_START, start);
  }
  return { html, head };
}

/** Adds elements to the content of a head. The last element of a key, id, name or title stays. */
export function mergeHead(base: string, added: string): string {
  if (added === "") return base;
  const last = new Map<string, number>();
  const elements = added.match(ELEMENT) ?? [];
  elements.forEach((element, i) => identities(element).forEach((name) => last.set(name, i)));
  const kept = elements.filter((element, i) =>
    identities(element).every((name) => last.get(name) === i)
  );
  const rest = base.replace(
    ELEMENT,
    (element) => identities(element).some((name) => last.has(name)) ? "" : element,
  );
  return rest + kept.join("");
}
