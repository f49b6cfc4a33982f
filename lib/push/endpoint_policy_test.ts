import assert from "node:assert/strict";
import { checkEndpoint } from "./endpoint_policy.ts";

const good = [
  "https://fcm.googleapis.com/fcm/send/abc:def",
  "https://fcm.googleapis.com:443/wp/abc",
  "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
  "https://web.push.apple.com/QNpt",
  "https://wns2-par02p.notify.windows.com/w/?token=BQYA",
  "https://FCM.GoogleAPIs.com/x",
];

for (const endpoint of good) {
  Deno.test(`P19 a vendor's endpoint is taken: ${endpoint}`, () => {
    assert.equal(checkEndpoint(endpoint).ok, true);
  });
}

const bad: [string, RegExp][] = [
  ["", /not a URL/],
  ["fcm.googleapis.com/fcm/send/a", /not a URL/],
  ["http://fcm.googleapis.com/a", /not https/],
  ["ftp://fcm.googleapis.com/a", /not https/],
  ["javascript:alert(1)", /not https/],
  ["file:///etc/passwd", /not https/],
  ["data:text/plain,https://fcm.googleapis.com", /not https/],
  ["https://fcm.googleapis.com:8443/a", /port/],
  ["https://fcm.googleapis.com:80/a", /port/],
  ["https://user@fcm.googleapis.com/a", /user name/],
  ["https://:secret@fcm.googleapis.com/a", /user name/],
  ["https://fcm.googleapis.com@evil.example/a", /user name/],
  ["https://fcm.googleapis.com/a#b", /fragment/],
  ["https://fcm.googleapis.com\\@evil.example/a", /backslashes/],
  ["https://fcm.goog\tleapis.com/a", /control/],
  [" https://fcm.googleapis.com/a", /spaces/],
  ["https://fcm.googleapis.com./a", /known/],
  ["https://evil-fcm.googleapis.com/a", /known/],
  ["https://fcm.googleapis.com.evil.example/a", /known/],
  ["https://evilfcm.googleapis.com/a", /known/],
  ["https://evilpush.apple.com/a", /known/],
  ["https://googleapis.com/a", /known/],
  ["https://evil.example/fcm.googleapis.com", /known/],
  ["https://evil.example/?x=.fcm.googleapis.com", /known/],
  ["https://fcm.googleapis.c\u043em/a", /known/],
  ["https://localhost/a", /known/],
  ["https://metadata.google.internal/a", /known/],
  ["https://127.0.0.1/a", /address/],
  ["https://10.0.0.8/a", /address/],
  ["https://169.254.169.254/latest/meta-data", /address/],
  ["https://192.168.1.1/a", /address/],
  ["https://2130706433/a", /address/],
  ["https://0x7f000001/a", /address/],
  ["https://0x7f.1/a", /address/],
  ["https://0177.0.0.1/a", /address/],
  ["https://127.1/a", /address/],
  ["https://127.0.0.1./a", /address/],
  ["https://0/a", /address/],
  ["https://\uff11\uff12\uff17.0.0.1/a", /address/],
  ["https://[::1]/a", /address/],
  ["https://[fe80::1]/a", /address/],
  ["https://[fd00::1]/a", /address/],
  ["https://[::ffff:127.0.0.1]/a", /address/],
  ["https://[::ffff:7f00:1]/a", /address/],
  ["https://fcm.googleapis.com/" + "a".repeat(2048), /long/],
];

for (const [endpoint, reason] of bad) {
  Deno.test(`P19 refused: ${JSON.stringify(endpoint.slice(0, 60))}`, () => {
    const check = checkEndpoint(endpoint);
    assert.equal(check.ok, false);
    if (!check.ok) assert.match(check.reason, reason);
  });
}

Deno.test("P19 an added origin is taken exactly, and nothing beside it", () => {
  const added = ["http://127.0.0.1:9000"];
  assert.deepEqual(checkEndpoint("http://127.0.0.1:9000/push/1", added), {
    ok: true,
    origin: "http://127.0.0.1:9000",
  });
  for (
    const endpoint of [
      "http://127.0.0.1:9001/push/1",
      "http://127.0.0.1/push/1",
      "https://127.0.0.1:9000/push/1",
      "http://user@127.0.0.1:9000/push/1",
      "http://127.0.0.1:9000.evil.example/push/1",
      "http://localhost:9000/push/1",
    ]
  ) assert.equal(checkEndpoint(endpoint, added).ok, false, endpoint);
});
