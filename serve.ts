/**
 * Production entry: serves the build in `_fresh/` until SIGTERM or SIGINT, then drains. A second
 * signal ends the process at once.
 */
import { ConfigError, readConfig } from "./lib/config.ts";
import { createGate } from "./lib/server/gate.ts";
import { greeting } from "./lib/server/greeting.ts";
import { shutDown } from "./lib/server/shutdown.ts";
import { AppError } from "./lib/shared/errors.ts";
import { errorFields } from "./lib/shared/logger.ts";
// The build imports this very module, so there is one set of services in the process.
import { services as openServices } from "./main.ts";

/** A Ctrl-C reaches the whole process group, and a runner may pass it on: those count as one. */
const SAME_SIGNAL_MS = 300;
const BUILD = new URL("./_fresh/server.js", import.meta.url);

type Fetch = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

async function loadBuild(): Promise<Fetch> {
  try {
    await Deno.stat(BUILD);
  } catch {
    throw new StartError("There is no build in _fresh/. Make one with: deno task build");
  }
  const built: { default: { fetch: Fetch } } = await import(BUILD.href);
  return built.default.fetch;
}

/** Something that the person who starts the server can put right. */
class StartError extends Error {}

async function start(): Promise<void> {
  const config = readConfig();
  const handler = await loadBuild();
  const services = await openServices();
  const gate = createGate(handler, services);
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      port: config.port,
      hostname: config.host,
      // Scripts, styles and pages go out compressed, as a proxy in front would do.
      automaticCompression: true,
      onListen: ({ port }) => console.log(greeting(config, port)),
      onError(error) {
        services.log.error("A request failed outside of the application", errorFields(error));
        return new Response("Internal Server Error", { status: 500 });
      },
    }, gate.handle);
  } catch (error) {
    await services.close();
    if (error instanceof Deno.errors.AddrInUse) {
      throw new StartError(
        `Cannot listen on ${config.host}:${config.port}: the port is taken. ` +
          `Stop the other program or choose another port, for example PORT=${config.port + 1}`,
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new StartError(`Cannot listen on HOST ${config.host}: not an address of this machine`);
    }
    throw error;
  }

  let drainingSince: number | null = null;
  const onSignal = async (signal: Deno.Signal) => {
    if (drainingSince !== null) {
      if (performance.now() - drainingSince > SAME_SIGNAL_MS) Deno.exit(1);
      return;
    }
    drainingSince = performance.now();
    services.log.info("Shutting down", { signal });
    const ended = await shutDown({ gate, services, server, log: services.log });
    Deno.exit(ended ? 0 : 1);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => void onSignal(signal));
  }
  // One forgotten promise must not take everybody's connection with it.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    services.log.error("A rejection was not handled", errorFields(event.reason));
  });
}

try {
  await start();
} catch (error) {
  if (error instanceof ConfigError) {
    console.error(`Cannot start: the configuration can't be used.\n${error.message}`);
  } else if (error instanceof StartError || error instanceof AppError) {
    console.error(`Cannot start. ${error.message}`);
  } else {
    console.error("Cannot start:", error);
  }
  Deno.exit(1);
}
