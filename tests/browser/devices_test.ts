/** One person on two devices: what happens on one shows on the other. */
import assert from "node:assert/strict";
import { chatPage, eventually, openPage, untilTitle } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

test("R7 reading on one device clears the other: list, rail and title", async (world) => {
  const ann = await world.person("Ann Sender");
  const ben = await world.person("Ben Twice");
  const tablet = await world.device(ben);
  const here = chatPage(ben.page);
  const there = chatPage(tablet.page);
  await Promise.all([here.open(), there.open()]);
  for (const content of ["one", "two", "three"]) {
    await world.call(ann.token, "POST", "/api/messages", { receiverId: ben.id, content });
  }
  for (const chat of [here, there]) await chat.row("Ann Sender").getByText("3 unread").waitFor();
  await untilTitle(tablet.page, /^\(3\) /, "the title's count");

  await here.openRow("Ann Sender");
  await there.row("Ann Sender").getByText("3 unread").waitFor({ state: "detached" });
  await eventually(tablet.page, () => there.badge("Chat"), "", "the rail's count");
  await untilTitle(tablet.page, /^[^(]/, "no count in the title");
});

test("R4 what is sent on one device is on the other, once, without unread", async (world) => {
  const ann = await world.person("Ann Both");
  const ben = await world.person("Ben Partner");
  const phone = await world.device(ann, { size: "phone" });
  const here = chatPage(ann.page);
  const there = chatPage(phone.page);
  await Promise.all([here.open(ben.id), there.open(ben.id)]);
  await here.send("from the desk");
  await there.see("from the desk", "sent");
  await there.send("from the phone");
  await here.see("from the phone", "sent");
  assert.deepEqual(await here.texts(), ["from the desk", "from the phone"]);
  assert.deepEqual(await there.texts(), ["from the desk", "from the phone"]);
  assert.equal(await here.badge("Chat"), "");
});

test("R7 the bell: seen and read on one device, so on the other", async (world) => {
  const ben = await world.person("Ben Bells");
  const tablet = await world.device(ben);
  await Promise.all([openPage(ben.page, "/chat"), openPage(tablet.page, "/chat")]);
  await world.notify(ben, { title: "Essay graded", message: "You got an A" });
  await world.notify(ben, { title: "Room changed", message: "Room 12 from now on" });
  const here = chatPage(ben.page);
  const there = chatPage(tablet.page);
  for (const [chat, { page }] of [[here, ben], [there, tablet]] as const) {
    await eventually(page, () => chat.badge("Notifications"), "2", "the bell's count");
  }
  const bellHere = ben.page.getByRole("dialog", { name: "Notifications" });
  await ben.page.locator("[popovertarget=bell-popover]").click();
  await eventually(tablet.page, () => there.badge("Notifications"), "", "seen elsewhere");
  await untilTitle(tablet.page, /^[^(]/, "what was seen is not new");

  await tablet.page.locator("[popovertarget=bell-popover]").click();
  const bellThere = tablet.page.getByRole("dialog", { name: "Notifications" });
  await bellHere.getByRole("button", { name: "Mark all as read" }).click();
  await eventually(
    tablet.page,
    () => bellThere.getByText("Unread", { exact: true }).and(bellThere.locator("li *")).count(),
    0,
    "unread marks",
  );
  await untilTitle(tablet.page, /^[^(]/, "no count in the title");
});
