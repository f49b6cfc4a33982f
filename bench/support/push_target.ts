/**
 * The push service of the tests as a process. Told `subscribe N` it prints N subscriptions, told
 * `wait N` how long the next N pushes took from the first to the last, in ms.
 */
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { readLines } from "./lines.ts";

const PATIENCE_MS = 120_000;

const fixture = new PushFixture();
console.log(fixture.origin);
for await (const line of readLines(Deno.stdin.readable)) {
  const [command, count] = [line.split(" ")[0], Number(line.split(" ")[1])];
  if (command === "subscribe") {
    const made = Array.from({ length: count }, () => fixture.subscribe().body);
    console.log(JSON.stringify(made));
  } else {
    const before = fixture.received.length;
    await fixture.waitFor(before + 1, PATIENCE_MS);
    const first = performance.now();
    const received = await fixture.waitFor(before + count, PATIENCE_MS);
    const ms = performance.now() - first;
    const refused = received.slice(before).filter(({ status }) => status !== 201).length;
    console.log(JSON.stringify({ ms, refused }));
  }
}
