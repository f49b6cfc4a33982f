/**
 * npm web-push by itself: encrypts, signs and posts one push to each subscription that it is told,
 * so many at a time. The library posts by https only, so its requests are posted by `fetch`.
 */
import webpush, { type PushSubscription } from "web-push";
import { readLines } from "./lines.ts";

const AT_ONCE = 64;

const lines = readLines(Deno.stdin.readable);
const vapid = webpush.generateVAPIDKeys();
const vapidDetails = { subject: "mailto:bench@example.org", ...vapid };
for await (const line of lines) {
  const subscriptions: PushSubscription[] = JSON.parse(line);
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let one = subscriptions[next++]; one; one = subscriptions[next++]) {
      const payload = JSON.stringify({ title: "Bench", body: "See you!" });
      const { endpoint, method, headers, body } = webpush.generateRequestDetails(one, payload, {
        vapidDetails,
        contentEncoding: "aes128gcm",
        TTL: 3600,
      });
      const response = await fetch(endpoint, {
        method,
        headers: headers as Record<string, string>,
        body: body && new Uint8Array(body),
      });
      await response.body?.cancel();
      if (response.status !== 201) throw new Error(`A push was answered ${response.status}`);
    }
  }));
  console.log("sent");
}
