import assert from "node:assert/strict";
import { deviceName, deviceOf } from "./device_name.ts";

const cases: [string, string][] = [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chrome on Windows",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Chrome on Android",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  [
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chrome on ChromeOS",
  ],
  ["curl/8.9", "Browser"],
  ["", "Browser"],
  ["<script>alert(1)</script>", "Browser"],
];

for (const [userAgent, name] of cases) {
  Deno.test(`a device is named ${name}: ${userAgent.slice(0, 40)}`, () => {
    assert.equal(deviceName(userAgent), name);
  });
}

Deno.test("a huge User-Agent is looked at in part only", () => {
  assert.equal(deviceName("x ".repeat(100_000) + "Firefox/1 Linux"), "Browser");
});

Deno.test("a phone is told from a laptop, and what can't be told is nothing", () => {
  const [phone, laptop] = [cases[5]![0], cases[4]![0]];
  assert.deepEqual(deviceOf(phone), { browser: "Safari", system: "iPhone", small: true });
  assert.deepEqual(deviceOf(laptop), { browser: "Safari", system: "macOS", small: false });
  assert.deepEqual(deviceOf("curl/8.9"), { browser: null, system: null, small: false });
});
