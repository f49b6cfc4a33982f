import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { useId } from "preact/hooks";
import { emptyBuild, registerIsland } from "../build_cache.ts";
import { Head, Partial } from "../runtime/mod.ts";
import { renderDocument } from "./document.ts";

function Island({ children }: { children?: preact.ComponentChildren }) {
  return <section>{children}</section>;
}

function buildWithIsland() {
  const build = emptyBuild();
  registerIsland(build.islands, "island", { default: Island });
  build.boot = { url: "/boot.js", preload: [] };
  build.clientModules = { island: { url: "/island.js", preload: ["/shared.js"] } };
  return build;
}

Deno.test("an element that a module keeps is rendered for one page after another", () => {
  const kept = <b>kept</b>;
  const build = buildWithIsland();
  const first = renderDocument(<Island>{kept}</Island>, build, null, "");
  const second = renderDocument(<Island>{kept}</Island>, build, null, "");
  equal(first, second);
  match(first, /<!--frsh:slot:0--><b>kept<\/b><!--\/frsh:slot:0-->/);
});

Deno.test("a kept inline script gets the nonce of each page, and none where there is none", () => {
  const script = <script dangerouslySetInnerHTML={{ __html: "1" }} />;
  const page = (nonce: string | null) =>
    renderDocument(<div>{script}</div>, emptyBuild(), nonce, "");
  ok(page("one").includes('nonce="one"'));
  ok(page("two").includes('nonce="two"'));
  ok(!page(null).includes("nonce"));
});

Deno.test("a nonce that an element has of its own is kept", () => {
  const html = renderDocument(<script nonce="own" />, emptyBuild(), "page", "");
  match(html, /nonce="own"/);
});

Deno.test("a page preloads what its islands import, below the base path", () => {
  const html = renderDocument(
    <html>
      <head></head>
      <body>
        <Island />
      </body>
    </html>,
    buildWithIsland(),
    "n",
    "/base",
  );
  for (const url of ["/base/boot.js", "/base/island.js", "/base/shared.js"]) {
    ok(html.includes(`<link rel="modulepreload" href="${url}" nonce="n">`), html);
  }
  match(html, /<script type="module" src="\/base\/boot.js" nonce="n"><\/script><\/body>/);
});

Deno.test("ids that islands make are unique on the page", () => {
  function Labelled() {
    return <i id={useId()}>{useId()}</i>;
  }
  const build = buildWithIsland();
  registerIsland(build.islands, "labelled", { default: Labelled });
  const html = renderDocument([<Labelled key="a" />, <Labelled key="b" />], build, null, "");
  const ids = [...html.matchAll(/<i id="([^"]+)">([^<]+)/g)].flatMap(([, id, text]) => [id, text]);
  deepEqual(ids, ["P1-0", "P1-1", "P2-0", "P2-1"]);
});

Deno.test("a component is no island in a build that does not have it", () => {
  equal(
    renderDocument(<Island>x</Island>, emptyBuild(), null, ""),
    "<!DOCTYPE html><section>x</section>",
  );
});

Deno.test("a partial whose name is taken is refused, as is one within an island", () => {
  const message = (content: preact.ComponentChildren) => {
    try {
      return renderDocument(content, buildWithIsland(), null, "");
    } catch (error) {
      return (error as Error).message;
    }
  };
  match(
    message(
      <>
        <Partial name="a">1</Partial>
        <Partial name="a">2</Partial>
      </>,
    ),
    /Cannot render partial "a": the page has another one/,
  );
  function Wrong() {
    return <Partial name="a">1</Partial>;
  }
  const build = buildWithIsland();
  registerIsland(build.islands, "wrong", { default: Wrong });
  try {
    renderDocument(<Wrong />, build, null, "");
    ok(false, "it was rendered");
  } catch (error) {
    match((error as Error).message, /may not be part of an island/);
  }
});

Deno.test("a page that fails leaves nothing behind for the next one", () => {
  function Broken(): never {
    throw new Error("broken");
  }
  try {
    renderDocument(<Broken />, buildWithIsland(), "secret", "");
  } catch { /* expected */ }
  notEqual(renderDocument(<script />, emptyBuild(), null, "").includes("secret"), true);
});

Deno.test("Head outside of a document still reaches the page", () => {
  const html = renderDocument(
    <p>
      x<Head>
        <title>T</title>
      </Head>
    </p>,
    emptyBuild(),
    null,
    "",
  );
  equal(html, "<!DOCTYPE html><title>T</title><p>x</p>");
});
