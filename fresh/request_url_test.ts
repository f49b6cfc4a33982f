import { equal } from "node:assert/strict";
import { requestUrl } from "./request_url.ts";

const from = (headers: Record<string, string>, trust = true) =>
  requestUrl(new Request("http://10.0.0.1:8000/a?b", { headers }), trust).href;

Deno.test("a trusted proxy sets scheme and host; the first of a list is the client's", () => {
  equal(
    from({ "x-forwarded-proto": "https, http", "x-forwarded-host": "a.example, b.example" }),
    "https://a.example/a?b",
  );
  equal(
    from({ "x-forwarded-proto": "https", "x-forwarded-host": "a.example:8443" }),
    "https://a.example:8443/a?b",
  );
  equal(from({ "x-forwarded-host": "[::1]:81" }), "http://[::1]:81/a?b");
});

Deno.test("what is no scheme or host is left out, as is everything without trust", () => {
  const original = "http://10.0.0.1:8000/a?b";
  equal(from({ "x-forwarded-proto": "javascript" }), original);
  equal(from({ "x-forwarded-host": "a.example/evil" }), original);
  equal(from({ "x-forwarded-host": "user@a.example" }), original);
  equal(from({ "x-forwarded-proto": "https", "x-forwarded-host": "a.example" }, false), original);
});
