import { deepEqual, rejects } from "node:assert/strict";
import { readForm } from "./read_form.ts";

const post = (body: BodyInit, type = "application/x-www-form-urlencoded") =>
  new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });

Deno.test("fields come out decoded, the first of each name", async () => {
  const fields = await readForm(post("name=%C3%89lodie+B&email=a%40b.c&email=x"));
  deepEqual([...fields], [["name", "Élodie B"], ["email", "a@b.c"]]);
});

Deno.test("another type is refused", async () => {
  await rejects(readForm(post("{}", "application/json")), { code: "unsupported" });
});

Deno.test("R10 a form that is too large is refused", async () => {
  await rejects(readForm(post(`a=${"x".repeat(65 * 1024)}`)), { code: "too_large" });
});
