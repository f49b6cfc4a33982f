import { deepEqual } from "node:assert/strict";
import { deviceOf } from "./device_name.ts";

const cases: [string, string | null, string | null, boolean][] = [
  [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Firefox",
    "Linux",
    false,
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
    "Edge",
    "Windows",
    false,
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
    "Safari",
    "iPhone",
    true,
  ],
  [
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
    "Chrome",
    "Android",
    true,
  ],
  ["curl/8.9", null, null, false],
  ["", null, null, false],
];

for (const [userAgent, browser, system, small] of cases) {
  Deno.test(`${browser ?? "nothing known"} on ${system ?? "anything"} is recognised`, () => {
    deepEqual(deviceOf(userAgent), { browser, system, small });
  });
}
