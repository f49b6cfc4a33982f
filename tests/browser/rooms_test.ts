/** Rooms: who is in one, and the ways in and out, with somebody else looking on. */
import assert from "node:assert/strict";
import { screenshot, sizes } from "../support/browser.ts";
import { chatPage, eventually, openPage, saying } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite({ env: { DEMO: "on" } });
const ROOM = "Data Journalism, autumn cohort";

/** Somebody of the demo in a window of their own; Amira owns the room. */
async function visitor(world: World, as: "maya" | "jonas" | "amira") {
  const { page, context } = await world.open();
  const response = await context.request.post(`/demo?as=${as}`, {
    headers: { origin: world.server.origin },
    maxRedirects: 0,
  });
  assert.equal(response.status(), 303);
  const chat = chatPage(page);
  await openPage(page, "/chat");
  await chat.openRow(ROOM);
  const members = page.getByRole("dialog");
  return {
    page,
    chat,
    members,
    people: members.getByRole("list", { name: "Members" }).getByRole("listitem"),
    count: (n: number) => page.getByRole("button", { name: `${n} members. Show who is here` }),
  };
}

test("an owner sees who is there, adds and removes; it shows for everybody at once", async (world) => {
  const amira = await visitor(world, "amira");
  const maya = await visitor(world, "maya");
  const noor = await world.person("Noor Newcomer");
  const noorChat = chatPage(noor.page);
  await noorChat.open();

  await maya.count(4).click();
  await maya.people.nth(3).waitFor();
  const shown = async (name: string) =>
    (await maya.people.filter({ hasText: name }).innerText()).replaceAll(/\s+/g, " ");
  for (const [name, words] of [["Maya", "You Online"], ["Amira", "Online Owner"]] as const) {
    await eventually(maya.page, async () => (await shown(name)).includes(words), true, words);
  }
  assert.equal(await maya.members.getByLabel("Add people").count(), 0, "not for members");
  assert.equal(await maya.members.getByRole("button", { name: saying("Remove") }).count(), 0);

  await amira.count(4).click();
  await amira.members.getByText("You own this room, so you can’t leave it.").waitFor();
  await amira.members.getByLabel("Add people").fill("Noor");
  await amira.members.getByRole("button", { name: "Add Noor Newcomer" }).click();
  await amira.people.filter({ hasText: "Noor Newcomer" }).waitFor();
  await maya.people.filter({ hasText: "Noor Newcomer" }).waitFor();
  await noorChat.openRow(ROOM);
  for (const size of ["desktop", "phone"] as const) {
    await amira.page.setViewportSize(sizes[size]);
    for (const theme of ["light", "dark"] as const) {
      await amira.page.emulateMedia({ colorScheme: theme });
      await screenshot(amira.page, `members-${size}-${theme}`);
    }
  }
  await amira.page.setViewportSize(sizes.desktop);

  const remove = amira.members.getByRole("button", { name: saying("Remove Noor Newcomer") });
  await remove.click();
  const question = amira.members.getByRole("group", { name: saying("Remove Noor Newcomer") });
  await screenshot(amira.page, "members-remove-desktop-dark");
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  assert.equal(await noorChat.row(ROOM).count(), 1, "nothing is done without the second press");
  await remove.click();
  await question.getByRole("button", { name: "Remove", exact: true }).click();
  for (const { people } of [amira, maya]) {
    await people.filter({ hasText: "Noor Newcomer" }).waitFor({ state: "detached" });
  }
  await noor.page.getByText(saying(`You are no longer in ${ROOM}`)).waitFor();
  await noorChat.row(ROOM).waitFor({ state: "detached" });
  assert.equal(await noorChat.log.count(), 0, "and nothing of it can be read any more");

  // Somebody who is added again while the closed room is on the screen is back in it.
  await amira.members.getByLabel("Add people").fill("Noor");
  await amira.members.getByRole("button", { name: "Add Noor Newcomer" }).click();
  await noorChat.row(ROOM).waitFor();
  await noorChat.log.waitFor();
});

test("a member leaves after a second press, and writes to another one from the list", async (world) => {
  const jonas = await visitor(world, "jonas");
  await jonas.page.getByRole("button", { name: saying("members. Show who is here") }).click();
  await jonas.people.filter({ hasText: "Maya" }).getByRole("button").click();
  await jonas.members.waitFor({ state: "hidden" });
  await jonas.page.getByRole("heading", { level: 1, name: "Maya Lindqvist" }).waitFor();

  await jonas.chat.openRow(ROOM);
  await jonas.page.getByRole("button", { name: saying("members. Show who is here") }).click();
  await jonas.members.getByRole("button", { name: "Leave room" }).click();
  const question = jonas.members.getByRole("group", { name: saying("Leave this room?") });
  await question.waitFor();
  await jonas.page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await jonas.people.first().waitFor();
  await jonas.members.getByRole("button", { name: "Leave room" }).click();
  await question.getByRole("button", { name: "Leave", exact: true }).click();
  await jonas.chat.row(ROOM).waitFor({ state: "detached" });
  assert.equal(await jonas.page.getByText(saying("You are no longer in")).count(), 0);
});
