/** Log lines as JSON, one object a line; never a secret, never content of a message. */

export type LogLevel = "debug" | "info" | "warn" | "error";
const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Writes lines of its level and above. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What is kept of an error: its name, message and stack, not its properties. */
export function errorFields(error: unknown): Record<string, unknown> {
  return error instanceof Error
    ? { error: `${error.name}: ${error.message}`, stack: error.stack }
    : { error: String(error) };
}

/** A logger that hands each line to `write` (standard output unless told otherwise). */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => console.log(line),
  now: () => number = Date.now,
): Logger {
  const from = ORDER.indexOf(level);
  const at = (own: LogLevel) => (message: string, fields: Record<string, unknown> = {}) => {
    if (ORDER.indexOf(own) < from) return;
    write(JSON.stringify({ time: new Date(now()).toISOString(), level: own, message, ...fields }));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Says nothing: for tests. */
export const silentLogger: Logger = createLogger("error", () => {});
