/**
 * A server whose memory can be looked at, as a process of its own: `deno run -A
 * --v8-flags=--expose-gc`. It prints its port; for each line it is given it collects garbage and
 * prints what is left, as JSON; it ends with its input.
 */
import { createGround } from "./local_server.ts";
import { createRunningClock } from "./running_clock.ts";

/** What is left after a collection. */
export interface Left {
  heapBytes: number;
  sockets: number;
  timers: number;
}

declare const gc: () => void;

if (import.meta.main) {
  const clock = createRunningClock();
  const ground = await createGround();
  const { port, services } = await ground.open({ clock });
  console.log(port);
  for await (const _ of Deno.stdin.readable) {
    // What ends by a finalizer ends in the turn after.
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise<void>((resolve) => setTimeout(resolve, 20));
    }
    const left: Left = {
      heapBytes: Deno.memoryUsage().heapUsed,
      sockets: services.hub.size,
      timers: clock.waiting,
    };
    console.log(JSON.stringify(left));
  }
  clock.stop();
  await ground[Symbol.asyncDispose]();
}
