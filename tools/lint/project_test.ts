import assert from "node:assert/strict";
import plugin from "./project.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Messages of the rules for `source`, as if it stood in `path`. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source).map((found) => found.message);
}
function accepts(path: string, source: string): void {
  assert.deepEqual(lint(path, source), [], `${path}: ${source}`);
}
function refuses(path: string, source: string, why: RegExp): void {
  const found = lint(path, source);
  assert.equal(found.length, 1, `${path}: ${source} → ${JSON.stringify(found)}`);
  assert.match(found[0] ?? "", why);
}

const accepted: [path: string, source: string][] = [
  ["lib/shared/protocol.ts", `import { idSchema } from "./basics.ts";`],
  ["lib/shared/protocol.ts", `import { z } from "zod";`],
  ["lib/kv/store.ts", `import { AppError } from "../shared/errors.ts";`],
  ["lib/kv/journal/journal.ts", `import { keys } from "../keys.ts";`],
  ["lib/chat/chat_service.ts", `import { keys } from "../kv/keys.ts";`],
  ["lib/chat/chat_service.ts", `import { createUserService } from "../identity/user_service.ts";`],
  ["lib/chat/chat_service.ts", `import { x } from "./chat_repository.ts";`],
  ["lib/identity/types.ts", `import type { Hub } from "../chat/types.ts";`],
  ["lib/push/types.ts", `import { type ChatService } from "../chat/types.ts";`],
  ["lib/realtime/hub.ts", `import type { ChatService } from "../chat/types.ts";`],
  ["lib/http/state.ts", `import type { Services } from "../services.ts";`],
  ["lib/http/state.ts", `import { createDefine } from "fresh";`],
  ["lib/client/model.ts", `import type { Message } from "../shared/message_schema.ts";`],
  ["components/Bell.tsx", `import type { AppModel } from "../lib/client/types.ts";`],
  ["components/Page.tsx", `import type { PageProps } from "fresh";`],
  ["components/Logo.tsx", `import { asset } from "fresh/runtime";`],
  ["islands/Bell.tsx", `import { Icon } from "../components/Icon.tsx";`],
  ["islands/Bell.tsx", `import { model } from "../lib/client/model.ts";`],
  ["routes/(app)/chat.tsx", `import Chat from "../../islands/Chat.tsx";`],
  ["routes/api/rooms.ts", `import { define } from "../../lib/http/state.ts";`],
  ["routes/(app)/(_islands)/Bell.tsx", `import { model } from "../../../lib/client/model.ts";`],
  ["lib/app.ts", `import { createChatRepository } from "./chat/chat_repository.ts";`],
  ["main.ts", `import { createServices } from "./lib/app.ts";`],
  ["serve.ts", `await import("./main.ts");`],
  ["dev.ts", `import { Builder } from "fresh/dev";`],
  ["lib/testing/world.ts", `import { createServices } from "../app.ts";`],
  ["lib/chat/chat_service_test.ts", `import { world } from "../testing/world.ts";`],
  ["lib/chat/chat_service_test.ts", `import { createHub } from "../realtime/hub.ts";`],
  ["lib/shared/errors_test.ts", `import { endpoint } from "../http/endpoint.ts";`],
  ["tests/browser/chat_test.ts", `import { keys } from "../../lib/kv/keys.ts";`],
  ["fresh/mod.ts", `export * from "./app.ts";`],
  ["fresh/testdata/app/routes/index.tsx", `import { page } from "fresh";`],
  ["fresh/contract_test.tsx", `import { App } from "fresh";`],
  ["fresh/contract_files_test.ts", `import { app } from "./testdata/app/main.ts";`],
];
for (const [path, source] of accepted) {
  Deno.test(`imports: ${path} may ${source}`, () => accepts(path, source));
}

const refused: [path: string, source: string, why: RegExp][] = [
  ["lib/shared/a.ts", `import { keys } from "../kv/keys.ts";`, /^shared may not import kv$/],
  ["lib/shared/a.ts", `import type { Store } from "../kv/store.ts";`, /shared may not import kv/],
  ["lib/kv/store.ts", `import "../chat/chat_service.ts";`, /kv may not import chat/],
  [
    "lib/chat/chat_service.ts",
    `import { x } from "../identity/user_repository.ts";`,
    /of identity, chat may import only types.ts and its services/,
  ],
  [
    "lib/chat/chat_service.ts",
    `export { x } from "../identity/user_repository.ts";`,
    /only types.ts and its services/,
  ],
  [
    "lib/chat/chat_service.ts",
    `export * from "../identity/user_repository.ts";`,
    /only types.ts and its services/,
  ],
  [
    "lib/chat/chat_service.ts",
    `await import("../identity/user_repository.ts");`,
    /only types.ts and its services/,
  ],
  [
    "lib/chat/chat_service.ts",
    "await import(`../identity/user_repository.ts`);",
    /only types.ts and its services/,
  ],
  [
    "lib/chat/chat_service.ts",
    `type R = import("../identity/user_repository.ts").R;`,
    /only types.ts and its services/,
  ],
  ["lib/chat/chat_service.ts", `await import(name);`, /computed can't be checked/],
  // The order of the domains: identity, push, chat, notifications.
  [
    "lib/identity/a.ts",
    `import { x } from "../chat/chat_service.ts";`,
    /identity may import chat as types only/,
  ],
  [
    "lib/push/a.ts",
    `import { x } from "../notifications/notification_service.ts";`,
    /as types only/,
  ],
  [
    "lib/push/a.ts",
    `import type { X } from "../chat/chat_service.ts";`,
    /of chat, push may import only types.ts/,
  ],
  ["lib/chat/a.ts", `import { createHub } from "../realtime/hub.ts";`, /chat may not import real/],
  ["lib/chat/a.ts", `import { createServices } from "../app.ts";`, /chat may not import app/],
  ["lib/chat/a.ts", `import { define } from "../http/state.ts";`, /chat may not import http/],
  ["lib/chat/a.ts", `import { HttpError } from "fresh";`, /chat may not import fresh/],
  [
    "lib/realtime/hub.ts",
    `import { x } from "../chat/chat_service.ts";`,
    /realtime may import chat as types only/,
  ],
  ["lib/client/m.ts", `import { keys } from "../kv/keys.ts";`, /client may not import kv/],
  ["lib/client/m.ts", `import { page } from "fresh";`, /client may not import fresh but for types/],
  [
    "components/Bell.tsx",
    `import { model } from "../lib/client/model.ts";`,
    /components may import client as types only/,
  ],
  ["components/Bell.tsx", `import Bell from "../islands/Bell.tsx";`, /components may not import i/],
  [
    "islands/Bell.tsx",
    `import { define } from "../lib/http/state.ts";`,
    /islands may not import h/,
  ],
  [
    "routes/api/rooms.ts",
    `import { x } from "../../lib/chat/chat_service.ts";`,
    /routes may import chat as types only/,
  ],
  ["routes/index.tsx", `import { keys } from "../lib/kv/keys.ts";`, /routes may not import kv/],
  ["routes/index.tsx", `import { App } from "../fresh/mod.ts";`, /public names alone/],
  ["fresh/contract_test.tsx", `import { App } from "./app.ts";`, /public names alone/],
  ["fresh/testdata/app/main.ts", `import { App } from "../../mod.ts";`, /public names alone/],
  ["tests/x_test.ts", `import { App } from "../fresh/app.ts";`, /public names alone/],
  ["routes/index.tsx", `import { x } from "fresh/internal";`, /is not public/],
  ["routes/index.tsx", `import { x } from "jsr:@fresh/core@2.3.3";`, /is not public/],
  ["routes/index.tsx", `import { Builder } from "fresh/dev";`, /routes may not import fresh\/dev/],
  ["lib/app.ts", `import { x } from "../../elsewhere.ts";`, /out of the project/],
  ["main.ts", `import { w } from "./lib/testing/world.ts";`, /main may not import testing/],
  ["fresh/app.ts", `import { x } from "../lib/shared/errors.ts";`, /fresh may not import shared/],
  [
    "lib/chat/chat_service_test.ts",
    `import { x } from "../identity/user_repository.ts";`,
    /through its service, not its repository/,
  ],
];
for (const [path, source, why] of refused) {
  Deno.test(`imports: ${path} may not ${source}`, () => refuses(path, source, why));
}

Deno.test("env: lib/config.ts alone reads the environment", () => {
  accepts("lib/config.ts", `Deno.env.get("PORT");`);
  accepts("tools/start.ts", `Deno.env.toObject();`);
  refuses("lib/app.ts", `Deno.env.get("PORT");`, /lib\/config.ts alone/);
  refuses("routes/index.tsx", `Deno["env"].get("PORT");`, /lib\/config.ts alone/);
  refuses("serve.ts", `globalThis.Deno.env.get("PORT");`, /lib\/config.ts alone/);
  refuses("main.ts", `const { env } = Deno;`, /lib\/config.ts alone/);
  refuses("lib/push/a.ts", `process.env.PORT;`, /lib\/config.ts alone/);
  accepts("lib/config_test.ts", `parseConfig({ PORT: "1" }).env;`);
});

Deno.test("kv-keys: keys are made in lib/kv/keys.ts alone", () => {
  accepts("lib/kv/keys.ts", `kv.get(["user", id]);`);
  accepts("lib/chat/a.ts", `kv.get(keys.user(id)); kv.list({ prefix: keys.users() });`);
  accepts("lib/chat/a.ts", `kv.getMany([keys.user(a), keys.user(b)]); kv.watch([keys.head(0)]);`);
  accepts("lib/chat/a.ts", `new Set(["a"]).has("a"); seen.add(["a"]);`);
  for (
    const source of [
      `kv.get(["user", id]);`,
      `kv.get(["user", id] as const);`,
      `kv.atomic().set(["user", id], 1);`,
      `view.delete(["user", id]);`,
      `kv.getMany([["user", id]]);`,
      `kv.watch([["h", 1]]);`,
      `kv.list({ prefix: ["user"] });`,
      `kv.atomic().check({ key: ["user"], versionstamp: null });`,
    ]
  ) refuses("lib/chat/a.ts", source, /lib\/kv\/keys.ts alone/);
});
