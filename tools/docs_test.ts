/** The figures in the documentation are those of the code. */
import assert from "node:assert/strict";
import { CONVERSATIONS_MAX } from "../lib/chat/directory.ts";
import { configNames } from "../lib/config.ts";
import { contract } from "../lib/http/contract/mod.ts";
import { API_KEYS_MAX } from "../lib/identity/api_key_service.ts";
import { rateLimits } from "../lib/identity/rate_limits.ts";
import { SESSIONS_MAX } from "../lib/identity/session_service.ts";
import { ROOMS_IN_BELL } from "../lib/notifications/bell_reader.ts";
import { MISSED_MAX } from "../lib/notifications/notification_service.ts";
import { errorStatus } from "../lib/shared/errors.ts";
import * as shared from "../lib/shared/limits.ts";
import { clientFrameSchema } from "../lib/shared/protocol.ts";

const read = (name: string) => Deno.readTextFile(new URL(`../${name}`, import.meta.url));
/** First cells and the rest of the rows of every table. */
function rowsOf(markdown: string): string[][] {
  return markdown.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("docs: protocol.md states every rate limit with its figures", async () => {
  const rows = rowsOf(await read("docs/protocol.md"));
  for (const [name, { burst, perSecond }] of Object.entries(rateLimits)) {
    const row = rows.find(([first]) => first === `\`${name}\``);
    assert.ok(row, `${name} is missing`);
    assert.equal(Number(row[1]), burst, name);
    assert.equal(Number(row[2]), Number(perSecond.toFixed(3)), name);
  }
});

Deno.test("docs: protocol.md states the limits with their figures", async () => {
  const rows = rowsOf(await read("docs/protocol.md"));
  const limits: [string, number][] = [
    ["bytes of a body or a socket message", shared.BODY_MAX_BYTES],
    ["characters of a message", shared.MESSAGE_MAX_CHARS],
    ["people named in one notification", shared.NOTIFICATION_RECIPIENTS_MAX],
    ["members of a room", shared.ROOM_MEMBERS_MAX],
    ["messages on a page of history", shared.HISTORY_PAGE_MAX],
    ["rows on any other page", shared.PAGE_MAX],
    ["frames in an array", shared.FRAMES_PER_ARRAY],
    ["open sockets of a person", shared.SOCKETS_PER_USER],
    ["devices of a person", shared.DEVICES_PER_USER],
    ["sessions of an account", SESSIONS_MAX],
    ["API keys", API_KEYS_MAX],
    ["conversations in one person's list", CONVERSATIONS_MAX],
    ["rooms whose notifications one bell shows", ROOMS_IN_BELL],
    ["notifications that a resume replays", MISSED_MAX],
  ];
  for (const [what, most] of limits) {
    const row = rows.find(([first]) => first === what);
    assert.equal(row?.[1]?.replace(",", ""), String(most), what);
  }
});

Deno.test("docs: protocol.md states every close code and error code", async () => {
  const rows = rowsOf(await read("docs/protocol.md"));
  for (const code of Object.values(shared.closeCode)) {
    assert.ok(rows.some(([first]) => first === String(code)), String(code));
  }
  for (const [code, status] of Object.entries(errorStatus)) {
    assert.ok(rows.some(([first, second]) => first === String(status) && second === `\`${code}\``));
  }
});

Deno.test("docs: protocol.md names the path of every endpoint", async () => {
  const text = await read("docs/protocol.md");
  for (const { path } of contract) {
    // Paths that share a row are shortened there, so the last part that is fixed must do.
    const fixed = path.replace(/\/\{\w+\}/g, "").split("/").filter(Boolean).at(-1) ?? "";
    assert.ok(text.includes(`/${fixed}`), path);
  }
});

Deno.test("docs: README names every variable of the configuration", async () => {
  const text = await read("README.md");
  for (const name of configNames) assert.ok(text.includes(`\`${name}\``), name);
});

Deno.test("docs: what the documents link to exists", async () => {
  for (
    const name of [
      "README.md",
      "docs/architecture.md",
      "docs/protocol.md",
      "docs/decisions.md",
      "docs/operations.md",
      "docs/performance.md",
    ]
  ) {
    for (const [, target = ""] of (await read(name)).matchAll(/\]\(([^)#\s]+)\)/g)) {
      if (target.startsWith("https://")) continue;
      await Deno.stat(new URL(target, new URL(`../${name}`, import.meta.url)));
    }
  }
});

Deno.test("docs: protocol.md has a row for every frame", async () => {
  const text = await read("docs/protocol.md");
  const source = await read("lib/shared/protocol.ts");
  const client = clientFrameSchema.options.map((option) => option.shape.type.value);
  const server = [...source.matchAll(/type: "([\w.]+)"/g)].map(([, name]) => name);
  assert.ok(server.includes("connected") && server.includes("bye"));
  for (const name of [...client, ...server]) assert.ok(text.includes(`"${name}"`), String(name));
});
