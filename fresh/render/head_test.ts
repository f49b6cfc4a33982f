import { deepEqual, equal } from "node:assert/strict";
import { extractHead, mergeHead } from "./head.ts";

Deno.test("mergeHead replaces by title, key, id and name of a meta; the last one stays", () => {
  equal(
    mergeHead("<title>a</title><b/>", "<title>b</title><title>c</title>"),
    "<b/><title>c</title>",
  );
  equal(
    mergeHead(
      '<meta name="x" content="1"/><meta charset="utf-8"/>',
      '<meta name="x" content="2"/>',
    ),
    '<meta charset="utf-8"/><meta name="x" content="2"/>',
  );
  equal(
    mergeHead('<link data-key="k" href="/a"/>', '<link href="/b" data-key="k"/>'),
    '<link href="/b" data-key="k"/>',
  );
  equal(
    mergeHead('<style id="s">a</style>', '<style id="s">b > c</style>'),
    '<style id="s">b > c</style>',
  );
});

Deno.test("mergeHead keeps elements that only look alike", () => {
  const base = '<link name="x"/><script>"<title>no</title>"</script>';
  equal(mergeHead(base, '<meta name="x"/>'), `${base}<meta name="x"/>`);
  equal(mergeHead(base, ""), base);
  equal(
    mergeHead('<meta name="a" content="x > y"/>', '<meta name="b"/>'),
    '<meta name="a" content="x > y"/><meta name="b"/>',
  );
});

Deno.test("extractHead takes every marked part out of the page", () => {
  const page = "<p>1</p><!--frsh:head--><title>t</title><!--/frsh:head--><p>2</p>" +
    "<!--frsh:head--><base/><!--/frsh:head-->";
  deepEqual(extractHead(page), { html: "<p>1</p><p>2</p>", head: "<title>t</title><base/>" });
});
