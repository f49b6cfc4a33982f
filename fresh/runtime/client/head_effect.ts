import { type ComponentChildren, h, toChildArray, type VNode } from "preact";
import { useEffect } from "preact/hooks";

function existing(element: Element): Element | null {
  const find = (selector: string) => document.head.querySelector(selector);
  const key = element.getAttribute("data-key");
  if (key !== null) return find(`[data-key="${CSS.escape(key)}"]`);
  if (element.id !== "") return find(`#${CSS.escape(element.id)}`);
  const name = element.getAttribute("name");
  if (element.localName === "meta" && name !== null) {
    return find(`meta[name="${CSS.escape(name)}"]`);
  }
  return [...document.head.children].find((other) => isSame(other, element)) ??
    null;
}

/** Whether two elements say the same. Nonces differ from response to response. */
function isSame(a: Element, b: Element): boolean {
  const [left, right] = [a, b].map((element) => {
    const copy = element.cloneNode(true) as Element;
    copy.removeAttribute("nonce");
    return copy;
  });
  return left!.isEqualNode(right!);
}

/** Puts an element into the head, in place of the one with the same key, id or name. */
export function putIntoHead(element: Element): void {
  if (element.localName === "title") {
    document.title = element.textContent ?? "";
    return;
  }
  const old = existing(element);
  if (old === null) document.head.append(element);
  else if (!isSame(old, element)) old.replaceWith(element);
}

function fromVNode(
  { type, props, key }: VNode<Record<string, unknown>>,
): Element {
  const element = document.createElement(type as string);
  if (key !== null && key !== undefined) {
    element.setAttribute("data-key", String(key));
  }
  for (const [name, value] of Object.entries(props)) {
    if (
      name === "children" || value === null || value === undefined ||
      value === false
    ) continue;
    if (name === "dangerouslySetInnerHTML") {
      element.innerHTML = (value as { __html: string }).__html;
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  const text = toChildArray(props.children as ComponentChildren).join("");
  if (text !== "") element.textContent = text;
  return element;
}

function HeadEffect({ children }: { children?: ComponentChildren }): null {
  useEffect(() => {
    for (const child of toChildArray(children)) {
      if (typeof child === "object" && typeof child.type === "string") {
        putIntoHead(fromVNode(child as VNode<Record<string, unknown>>));
      }
    }
  }, []);
  return null;
}

/** What `<Head>` renders in the browser. */
export function renderHead(children: ComponentChildren): ComponentChildren {
  return h(HeadEffect, null, children);
}
