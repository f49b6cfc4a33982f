/** The load generator, a process of its own: does what its input says and prints what it saw. */
import { closedLoop, fill, openLoop } from "./chat.ts";
import type { Plan } from "./plan.ts";
import { readLines } from "../support/lines.ts";
import { readPages } from "./read.ts";
import { broadcast, conversations, idle, storm, writeToEach } from "./sockets.ts";

function carryOut(plan: Plan): Promise<unknown> {
  switch (plan.kind) {
    case "closed-loop":
      return closedLoop(plan);
    case "open-loop":
      return openLoop(plan);
    case "fill":
      return fill(plan);
    case "read":
      return readPages(plan);
    case "idle":
      return idle(plan);
    case "broadcast":
      return broadcast(plan);
    case "storm":
      return storm(plan);
    case "conversations":
      return conversations(plan);
    case "push":
      return writeToEach(plan);
  }
}

// A plan may be long, longer than an argument.
const lines = readLines(Deno.stdin.readable);
const plan: Plan = JSON.parse((await lines.next()).value ?? "");
console.log(JSON.stringify(await carryOut(plan)));
// What is open stays so until the input ends.
for await (const _ of lines) { /* nothing more is said */ }
Deno.exit(0);
