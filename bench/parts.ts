/** All measurements, by the name that `deno task bench` takes. A new one is a line here. */
import { measureBroadcast } from "./broadcast.ts";
import { measureClosedLoop } from "./closed_loop.ts";
import { measureCrossServer } from "./cross_server.ts";
import { measureIdleSockets } from "./idle_sockets.ts";
import { measureOpenLoop } from "./open_loop.ts";
import { measurePage } from "./page.ts";
import { measurePushes } from "./pushes.ts";
import { measureReading } from "./reading.ts";
import { measureStorm } from "./storm.ts";
import type { Measurement } from "./support/part.ts";

/** In the order in which they run and stand in the documentation. */
export const parts: Record<string, Measurement> = {
  chat: measureClosedLoop,
  rate: measureOpenLoop,
  reading: measureReading,
  broadcast: measureBroadcast,
  idle: measureIdleSockets,
  storm: measureStorm,
  servers: measureCrossServer,
  push: measurePushes,
  page: measurePage,
};
