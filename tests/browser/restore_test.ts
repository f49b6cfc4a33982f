/** A backup is put back under a server whose people have pages open. */
import assert from "node:assert/strict";
import { chatPage, eventually } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();
/** What a browser says of a server that is not there. */
const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket/;

test("R5 what the backup lacks is shown no more, and what was not sent is sent", async (world) => {
  world.expectProblem(GONE);
  const { server } = world;
  const ann = await world.person("Ann Backup");
  const ben = await world.person("Ben Backup");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await chat.send("in the backup");
  await chat.see("in the backup", "sent");

  const file = `${server.dataDir}/skilllink.sqlite3`;
  await server.stop();
  await Deno.copyFile(file, `${file}.backup`);
  await server.start();
  const write = (content: string) =>
    world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content });
  await write("after the backup");
  await chat.see("after the backup");
  await chat.send("also after it");
  await chat.see("also after it", "sent");

  await server.stop();
  await chat.send("kept by the page");
  await chat.see("kept by the page", "sending");
  for (const end of ["-wal", "-shm"]) await Deno.remove(file + end).catch(() => {});
  await Deno.rename(`${file}.backup`, file);
  await server.start();
  await write("in the store that was put back");

  await chat.see("kept by the page", "sent");
  await chat.see("in the store that was put back");
  const shown = async () => `${(await chat.texts()).toSorted()}`;
  const wanted = ["in the backup", "in the store that was put back", "kept by the page"];
  await eventually(ann.page, shown, `${wanted}`, "no phantoms");
  await chat.open(ben.id);
  assert.equal(await shown(), `${wanted}`);
});
