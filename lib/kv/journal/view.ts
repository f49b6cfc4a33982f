/** What one operation sees and writes while it is applied. */
import { AppError } from "../../shared/errors.ts";
import { mayFollow } from "../keys.ts";
import { type Emitted, emitted, type LateText, lateText } from "./log_row.ts";
import { keyText, type RowCache } from "./row_cache.ts";
import { keyBytes, valueBytes } from "./sizes.ts";
import type { JournalOperation, JournalPayload, JournalView } from "./types.ts";

// Below the 65,536 bytes of a value.
const MAX_VALUE_BYTES = 65_000;

/** An operation with its keys as text, made once. */
export interface PreparedOperation {
  readonly op: JournalOperation<unknown>;
  readonly readTexts: readonly string[];
  readonly absentTexts: readonly string[];
}

/** Makes the texts of an operation's keys. */
export function prepare(op: JournalOperation<unknown>): PreparedOperation {
  return {
    op,
    readTexts: op.reads.map(keyText),
    absentTexts: op.absent ? op.absent.map(keyText) : [],
  };
}

/** A row that an operation writes. */
export interface Write {
  key: Deno.KvKey;
  /** undefined: deleted. */
  value: unknown;
  expireIn: number | undefined;
  bytes: number;
  /** Of a row in the atomic. */
  keyBytes: number;
  /** Whether later operations may want to read it, so that it is worth keeping. */
  read: boolean;
  /** Set where the row follows the log (see `backlog.ts`). */
  late: LateText | undefined;
}

/** The view of one operation: its own writes, then those of earlier ones, then the known rows. */
export class View implements JournalView {
  readonly writes = new Map<string, Write>();
  readonly events: Emitted[] = [];
  readonly #prepared: PreparedOperation;
  readonly #earlier: ReadonlyMap<string, Write>;
  readonly #cache: RowCache;
  readonly #mayBeLate: boolean;
  #open = true;

  constructor(
    prepared: PreparedOperation,
    earlier: ReadonlyMap<string, Write>,
    cache: RowCache,
    mayBeLate: boolean,
  ) {
    this.#mayBeLate = mayBeLate;
    this.#prepared = prepared;
    this.#earlier = earlier;
    this.#cache = cache;
  }

  end(): void {
    this.#open = false;
  }

  #mayRead(text: string): boolean {
    return this.#prepared.readTexts.includes(text) || this.#prepared.absentTexts.includes(text);
  }

  get<T>(key: Deno.KvKey): T | null {
    const text = keyText(key);
    const write = this.writes.get(text) ?? this.#earlier.get(text);
    if (write) return (write.value ?? null) as T | null;
    if (!this.#mayRead(text)) throw new Error(`Operation reads ${text} without naming it`);
    return (this.#cache.get(text) ?? null) as T | null;
  }

  set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }): void {
    if (value === undefined) throw new TypeError("A row's value can't be undefined");
    this.#write(key, value, options?.expireIn);
  }

  delete(key: Deno.KvKey): void {
    this.#write(key, undefined, undefined);
  }

  #write(key: Deno.KvKey, value: unknown, expireIn: number | undefined): void {
    if (!this.#open) throw new Error("An operation may write only while it is applied");
    const text = keyText(key);
    const late = this.#mayBeLate && mayFollow(key) ? lateText(key, value) : undefined;
    if (late && expireIn !== undefined) throw new TypeError("A row that follows can't expire");
    const bytes = late?.bytes ?? valueBytes(value);
    // In its place a string takes two bytes a character if one of them is beyond Latin-1.
    const most = late ? Math.max(bytes, late.json.length * 2) : bytes;
    if (most > MAX_VALUE_BYTES) {
      throw new AppError("too_large", `Cannot save: a row would have ${most} bytes`);
    }
    this.writes.set(text, {
      key,
      value,
      expireIn,
      bytes,
      keyBytes: late ? 0 : keyBytes(key),
      read: this.#mayRead(text),
      late,
    });
  }

  emit(payload: JournalPayload, local?: unknown, json?: string): void {
    if (!this.#open) throw new Error("An operation may emit only while it is applied");
    this.events.push(emitted(payload, local, json));
  }
}
