import type { ComponentChildren } from "preact";
import type { BuildCache, ClientModule } from "../build_cache.ts";
import { extractHead, mergeHead } from "./head.ts";
import { renderSlot, renderWith, slotContent } from "./intercept.ts";
import { RenderState } from "./state.ts";

/** Id of the element with what the browser's entry needs to know of the page. */
export const STATE_ID = "__FRSH_STATE";

/** Renders content to a document with everything that the browser needs to take over its islands. */
export function renderDocument(
  content: ComponentChildren,
  build: BuildCache,
  nonce: string | null,
  basePath: string,
): string {
  const state = new RenderState(build, nonce, slotContent);
  let page = renderWith(state, content);
  let tail = "";
  // Rendering one hidden element may pass further ones to the islands within it.
  for (let id = 0; id < state.slots.length; id++) {
    if (state.renderedSlots.has(id)) continue;
    tail += `<template id="frsh-slot-${id}">${renderSlot(state, state.slots[id]!)}</template>`;
  }
  let head = "";
  if (page.includes("<!--frsh:head-->")) {
    ({ html: page, head } = extractHead(page));
  }

  const attributes = nonce === null ? "" : ` nonce="${nonce}"`;
  let preload = "";
  const script = ({ url }: ClientModule) =>
    `<script type="module" src="${basePath}${url}"${attributes}></script>`;
  if (
    build.boot !== null &&
    (state.islands.length > 0 || state.partials.length > 0)
  ) {
    const names = [...new Set(state.islands.map(([name]) => name))];
    const modules = names.map((name) => build.clientModules[name]).filter((m) => m !== undefined);
    const urls = [build.boot, ...modules].flatMap((
      module,
    ) => [module.url, ...module.preload]);
    preload = [...new Set(urls)].map((url) =>
      `<link rel="modulepreload" href="${basePath}${url}"${attributes}>`
    ).join("");
    tail += stateElement(state, basePath, names) + script(build.boot);
  }
  if (build.liveReload !== null) tail += script(build.liveReload);
  // A comment in front of every element would end up outside of the body.
  if (page.startsWith("<!--")) page = `<body>${page}`;
  return `<!DOCTYPE html>${place(page, head, preload, tail)}`;
}

function stateElement(
  state: RenderState,
  basePath: string,
  names: string[],
): string {
  const modules = Object.fromEntries(
    names.map((
      name,
    ) => [name, `${basePath}${state.build.clientModules[name]?.url ?? ""}`]),
  );
  const data = {
    buildId: state.build.buildId,
    islands: state.islands,
    partials: state.partials,
    modules,
    values: state.encoder.entries,
  };
  return `<script type="application/json" id="${STATE_ID}">${embedJson(data)}</script>`;
}

/** JSON that cannot end the element it stands in, nor begin a comment, and is valid in a script. */
export function embedJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<>\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function place(
  page: string,
  head: string,
  preload: string,
  tail: string,
): string {
  const headEnd = page.indexOf("</head>");
  if (headEnd === -1) page = mergeHead("", head) + preload + page;
  else if (head !== "" || preload !== "") {
    const open = /<head[^>]*>/.exec(page);
    const start = open === null ? 0 : open.index + open[0].length;
    const merged = mergeHead(page.slice(start, headEnd), head);
    page = page.slice(0, start) + merged + preload + page.slice(headEnd);
  }
  if (tail === "") return page;
  const bodyEnd = page.lastIndexOf("</body>");
  return bodyEnd === -1 ? page + tail : page.slice(0, bodyEnd) + tail + page.slice(bodyEnd);
}
