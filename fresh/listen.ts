import type { ListenOptions } from "./types.ts";

const FIRST_PORT = 8000;
const LAST_PORT = 8019;

type Handler = (
  req: Request,
  info?: Deno.ServeHandlerInfo,
) => Promise<Response>;

/** Serves until the process ends. Throws AddrInUse if the given port, or each of the default ones, is taken. */
export async function listen(
  handler: Handler,
  options: ListenOptions,
  basePath: string,
): Promise<void> {
  const server = options.port === undefined
    ? serveOnFreePort(handler, options, basePath)
    : serve(handler, options, options.port, basePath);
  await server.finished;
}

function serveOnFreePort(
  handler: Handler,
  options: ListenOptions,
  basePath: string,
) {
  for (let port = FIRST_PORT; port < LAST_PORT; port++) {
    try {
      return serve(handler, options, port, basePath);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return serve(handler, options, LAST_PORT, basePath);
}

function serve(
  handler: Handler,
  options: ListenOptions,
  port: number,
  basePath: string,
) {
  const onListen = options.onListen ?? ((address: Deno.NetAddr) => {
    const scheme = "cert" in options ? "https" : "http";
    const anywhere = address.hostname === "0.0.0.0" ||
      address.hostname === "::";
    const host = anywhere ? "localhost" : address.hostname;
    console.log(
      `Fresh ready\n    Local: ${scheme}://${host}:${address.port}${basePath}/`,
    );
  });
  return Deno.serve({ ...options, port, onListen }, handler);
}
