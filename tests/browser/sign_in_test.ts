/** Accounts in the browser: signing up, in and out, with and without script. */
import assert from "node:assert/strict";
import { openPage, untilOnline } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

test("sign up by the form, sign out, and sign in to where one was", async (world) => {
  const { page } = await world.open();
  await page.goto("/settings");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await page.getByRole("link", { name: "Create your account" }).click();
  await page.getByLabel("Name").fill("Noor Haddad");
  await page.getByLabel("E-mail").fill("noor@example.org");
  await page.getByLabel("Password", { exact: true }).fill("nine lives are plenty");
  await untilOnline(page, () => page.getByRole("button", { name: "Create account" }).click());
  assert.equal(new URL(page.url()).pathname, "/settings", "the way back survives the sign-up");

  world.expectProblem(/401/);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL(/\/sign-in/);
  await page.getByText("You are signed out.").waitFor();
  await page.goto("/chat");
  await page.waitForURL(/\/sign-in/);

  await page.getByLabel("E-mail").fill("noor@example.org");
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("E-mail or password is wrong.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "noor@example.org");
  await page.getByLabel("Password", { exact: true }).fill("nine lives are plenty");
  await untilOnline(page, () => page.getByRole("button", { name: "Sign in" }).click());
  assert.equal(new URL(page.url()).pathname, "/chat");
});

test("what is wrong in the form is said at its field, and nothing typed is lost", async (world) => {
  const { page } = await world.open();
  world.expectProblem(/400|409/);
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Noor");
  await page.getByLabel("E-mail").fill("no address");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Enter an e-mail address such as ann@example.org.").waitFor();
  await page.getByText("Enter 8 to 200 characters.").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "Noor");
  assert.equal(await page.getByLabel("E-mail").inputValue(), "no address");
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
});

test("without script one signs in and sees the conversations", async (world) => {
  const ann = await world.person("Ann Script");
  const ben = await world.person("Ben Plain");
  await world.call(ann.token, "POST", "/api/messages", {
    receiverId: ben.id,
    content: "You can read this without any script",
  });
  const { page } = await world.open({ javaScript: false });
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(ben.email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/chat");
  await page.getByRole("link").filter({ hasText: "Ann Script" }).click();
  await page.getByRole("log").getByText("You can read this without any script").waitFor();
});

test("a session that is ended elsewhere leads to the sign-in page with the way back", async (world) => {
  world.expectProblem(/401/);
  const here = await world.person("Iris Here");
  const there = await world.device(here);
  await openPage(here.page, "/notifications");
  await openPage(there.page, "/settings");
  await there.page.getByRole("button", { name: /^Sign out Chrom/ }).first().click();
  await here.page.waitForURL(/\/sign-in/);
  assert.equal(new URL(here.page.url()).searchParams.get("next"), "/notifications");
  await here.page.getByText("You were signed out.").waitFor();
});
