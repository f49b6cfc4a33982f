import assert from "node:assert/strict";
import { createLogger, errorFields } from "./logger.ts";

Deno.test("logger: writes a JSON line of its level and above", () => {
  const lines: string[] = [];
  const log = createLogger("warn", (line) => lines.push(line), () => 0);
  log.info("quiet");
  log.warn("heard", { requestId: "r1" });
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    { time: "1970-01-01T00:00:00.000Z", level: "warn", message: "heard", requestId: "r1" },
  ]);
});

Deno.test("logger: of an error only its name, message and stack are kept", () => {
  const fields = errorFields(Object.assign(new TypeError("bad"), { password: "hunter2" }));
  assert.equal(fields.error, "TypeError: bad");
  assert.ok(!JSON.stringify(fields).includes("hunter2"));
  assert.equal(errorFields("text").error, "text");
});
