/** The stored form of events: rows of a shard's log, each one JSON array of payloads. */
import { AppError } from "../../shared/errors.ts";
import { stringBytes } from "./sizes.ts";
import type { JournalPayload } from "./types.ts";

/** A row of a shard's log. */
export interface LogRow {
  /** Which commit wrote it: `<journal>.<counter>`. Tells an unknown outcome from a lost race. */
  by: string;
  /** JSON array of payloads; empty when the commit wrote rows but had nothing to tell. */
  events: string;
}

/** The head of a shard's log: how many rows it has had. */
export interface Head {
  n: number;
}

/** Log rows are kept this long: what a server that was cut off can still catch up with. */
export const LOG_KEPT_MS = 24 * 60 * 60 * 1000;

/** Below the 65,536 bytes of a value, with room for the rest of the row. */
const ROW_MAX_BYTES = 60 * 1024;

/** An event that waits to be written. */
export interface Emitted {
  payload: JournalPayload;
  local: unknown;
  json: string;
  bytes: number;
}

/** Measures an event; `too_large` when no row can hold it. */
export function emitted(payload: JournalPayload, local: unknown, json?: string): Emitted {
  const text = json ?? JSON.stringify(payload);
  const bytes = stringBytes(text);
  if (bytes > ROW_MAX_BYTES) {
    throw new AppError("too_large", `Cannot record ${payload.type}: ${bytes} bytes are too many`);
  }
  return { payload, local, json: text, bytes };
}

/** Spreads events over as few rows as hold them, at least one. */
export function splitIntoRows(events: readonly Emitted[]): Emitted[][] {
  const rows: Emitted[][] = [];
  let row: Emitted[] = [];
  let length = 0;
  // One character beyond Latin-1 makes the whole row take two bytes a character.
  let wide = false;
  for (const event of events) {
    const widened: boolean = wide || event.bytes > event.json.length + 6;
    if (row.length > 0 && (length + event.json.length) * (widened ? 2 : 1) > ROW_MAX_BYTES) {
      rows.push(row);
      row = [];
      length = 0;
      wide = event.bytes > event.json.length + 6;
    } else wide = widened;
    row.push(event);
    length += event.json.length + 1;
  }
  rows.push(row);
  return rows;
}

/** The row that holds `events`. */
export function encodeRow(by: string, events: readonly Emitted[]): LogRow {
  return { by, events: `[${events.map((event) => event.json).join(",")}]` };
}

/** The payloads of a row. */
export function decodeRow(row: LogRow): JournalPayload[] {
  return JSON.parse(row.events) as JournalPayload[];
}
