import { equal } from "node:assert/strict";
import { nextPath } from "./next_path.ts";

Deno.test("a page of this site is gone back to", () => {
  for (const path of ["/chat/d_abc", "/settings#devices", "/notifications?filter=unread"]) {
    equal(nextPath(path), path);
  }
});

Deno.test("another origin never is", () => {
  for (
    const path of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example/chat",
      "javascript:alert(1)",
      "/\t/evil.example",
      "/.//evil.example",
      "chat",
      "",
      null,
      undefined,
    ]
  ) equal(nextPath(path), "/chat", String(path));
});

Deno.test("the sign-in pages and the API are no place to go back to", () => {
  for (const path of ["/sign-in?next=/x", "/sign-up", "/api/users/me", "/demo"]) {
    equal(nextPath(path), "/chat");
  }
});
