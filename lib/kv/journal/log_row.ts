/** The stored form of events: rows of a shard's log, each one JSON array of payloads. */
import { AppError } from "../../shared/errors.ts";
import { keyText } from "./row_cache.ts";
import { keyBytes, valueBytes } from "./sizes.ts";
import type { JournalPayload } from "./types.ts";

/** A row of a shard's log. */
export interface LogRow {
  /** Which commit wrote it: `<journal>.<counter>`. Tells an unknown outcome from a lost race. */
  by: string;
  /** JSON array of payloads in UTF-8; empty when the commit wrote rows but had nothing to tell. */
  events: Uint8Array;
  /** Rows that follow the log: JSON array of `[key, value]`, or `[key]` for a row that is deleted. */
  late?: Uint8Array;
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

/** Bytes of `text` in UTF-8. */
export function utf8Bytes(text: string): number {
  return /[\u0080-\uffff]/.test(text) ? encoder.encode(text).length : text.length;
}

/** Measures an event; `too_large` when no row can hold it. */
export function emitted(payload: JournalPayload, local: unknown, json?: string): Emitted {
  const text = json ?? JSON.stringify(payload);
  const bytes = utf8Bytes(text);
  if (bytes > ROW_MAX_BYTES) {
    throw new AppError("too_large", `Cannot record ${payload.type}: ${bytes} bytes are too many`);
  }
  return { payload, local, json: text, bytes };
}

/** A row that follows the log as JSON; `too_large` when none can hold it. */
export function lateText(key: Deno.KvKey, value: unknown): LateText {
  const json = JSON.stringify(value === undefined ? [key] : [key, value]);
  const bytes = utf8Bytes(json);
  if (bytes > ROW_MAX_BYTES) {
    throw new AppError("too_large", `Cannot save: a row of ${bytes} bytes is too large`);
  }
  return { json, bytes };
}

/** A row that follows the log, as JSON; `bytes` in UTF-8. */
export interface LateText {
  json: string;
  bytes: number;
}

/** What one row of the log holds. */
export interface RowContent {
  events: Emitted[];
  late: LateText[];
}

/** Spreads what a commit has to tell over as few rows as hold it, at least one. */
export function splitIntoRows(
  events: readonly Emitted[],
  late: readonly LateText[] = [],
): RowContent[] {
  let row: RowContent = { events: [], late: [] };
  const rows = [row];
  let bytes = 0;
  const startRowFor = (size: number) => {
    if (bytes > 0 && bytes + size > ROW_MAX_BYTES) {
      rows.push(row = { events: [], late: [] });
      bytes = 0;
    }
    bytes += size + 1;
  };
  for (const event of events) {
    startRowFor(event.bytes);
    row.events.push(event);
  }
  for (const text of late) {
    startRowFor(text.bytes);
    row.late.push(text);
  }
  return rows;
}

/** The row that holds `content`. */
export function encodeRow(by: string, { events, late }: RowContent): LogRow {
  const row: LogRow = { by, events: encodeArray(events) };
  if (late.length > 0) row.late = encodeArray(late);
  return row;
}

function encodeArray(texts: readonly { json: string }[]): Uint8Array {
  let json = "";
  for (const text of texts) json += json === "" ? text.json : `,${text.json}`;
  return encoder.encode(`[${json}]`);
}

/** The rows that follow a row of the log, with the texts of their keys. */
export function decodeLate({ late }: LogRow) {
  if (!late) return [];
  const rows = JSON.parse(decoder.decode(late)) as [key: Deno.KvKey, value?: unknown][];
  return rows.map(([key, value]) =>
    [keyText(key), { key, value, bytes: keyBytes(key) + valueBytes(value) }] as const
  );
}

/** The payloads of a row. */
export function decodeRow(row: LogRow): JournalPayload[] {
  return JSON.parse(decoder.decode(row.events)) as JournalPayload[];
}
