import { deepEqual, equal } from "node:assert/strict";
import { Router } from "./router.ts";

function routerOf(...routes: [Parameters<Router<string>["add"]>[0], string][]): Router<string> {
  const router = new Router<string>();
  for (const [method, pattern] of routes) router.add(method, pattern, `${method} ${pattern}`);
  return router;
}

Deno.test("Router falls back from HEAD to GET, and to what answers all methods", () => {
  const router = routerOf(["GET", "/a"], ["ALL", "/b"]);
  deepEqual(router.match("HEAD", "/a"), {
    kind: "found",
    value: "GET /a",
    pattern: "/a",
    params: {},
  });
  equal(router.match("PURGE", "/b").kind, "found");
});

Deno.test("Router names the methods of all patterns that match when none has the one asked for", () => {
  const router = routerOf(["GET", "/:a"], ["PUT", "/:b"], ["DELETE", "/x/:c"]);
  const match = router.match("POST", "/1");
  deepEqual(match.kind === "method" && match.allow, ["GET", "HEAD", "PUT"]);
});

Deno.test("Router looks for the method in later patterns before it gives up", () => {
  const match = routerOf(["GET", "/:a"], ["POST", "/:b"]).match("POST", "/1");
  deepEqual(match.kind === "found" && match.params, { b: "1" });
});

Deno.test("Router keeps what was registered first, and finds nothing for an unknown path", () => {
  const router = new Router<number>();
  router.add("GET", "/a", 1);
  router.add("GET", "/a", 2);
  const match = router.match("GET", "/a");
  equal(match.kind === "found" && match.value, 1);
  equal(router.match("GET", "/a/").kind, "none");
});
