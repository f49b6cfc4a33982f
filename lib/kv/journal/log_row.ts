/** The stored form of events: rows of a shard's log, each one JSON array of payloads. */
import { AppError } from "../../shared/errors.ts";
import type { JournalPayload } from "./types.ts";

/** A row of a shard's log. */
export interface LogRow {
  /** Which commit wrote it: `<journal>.<counter>`. Tells an unknown outcome from a lost race. */
  by: string;
  /** JSON array of payloads in UTF-8; empty when the commit wrote rows but had nothing to tell. */
  events: Uint8Array;
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
  /** Length of `json` in UTF-8. */
  bytes: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Measures an event; `too_large` when no row can hold it. */
export function emitted(payload: JournalPayload, local: unknown, json?: string): Emitted {
  const text = json ?? JSON.stringify(payload);
  const bytes = /[\u0080-\uffff]/.test(text) ? encoder.encode(text).length : text.length;
  if (bytes > ROW_MAX_BYTES) {
    throw new AppError("too_large", `Cannot record ${payload.type}: ${bytes} bytes are too many`);
  }
  return { payload, local, json: text, bytes };
}

/** Spreads events over as few rows as hold them, at least one. */
export function splitIntoRows(events: readonly Emitted[]): Emitted[][] {
  const rows: Emitted[][] = [];
  let row: Emitted[] = [];
  let bytes = 0;
  for (const event of events) {
    if (row.length > 0 && bytes + event.bytes > ROW_MAX_BYTES) {
      rows.push(row);
      row = [];
      bytes = 0;
    }
    row.push(event);
    bytes += event.bytes + 1;
  }
  rows.push(row);
  return rows;
}

/** The row that holds `events`. */
export function encodeRow(by: string, events: readonly Emitted[]): LogRow {
  return { by, events: encoder.encode(`[${events.map((event) => event.json).join(",")}]`) };
}

/** The payloads of a row. */
export function decodeRow(row: LogRow): JournalPayload[] {
  return JSON.parse(decoder.decode(row.events)) as JournalPayload[];
}
