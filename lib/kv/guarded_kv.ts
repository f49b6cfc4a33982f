/**
 * The store of a KV server, with an end to every wait. Deno's own client tries again for ever while
 * the server is away, so a call would neither come back nor fail, and what is asked meanwhile would
 * pile up (R10). Here a call that is not answered in time is `unavailable`, and so is, at once, every
 * call that is made until the server has answered again.
 */
import { AppError } from "../shared/errors.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { keys } from "./keys.ts";

/** A read is given up after this. */
export const READ_WITHIN_MS = 5000;
/** A write is given up after this. It may take effect all the same, later even. */
export const WRITE_WITHIN_MS = 10_000;
/** Calls under way at a time; past it a call is `unavailable` at once. */
export const CALLS_MAX = 5000;
const SWEEP_MS = 500;

/** What {@link guardKv} needs. */
export interface GuardOptions {
  clock: Clock;
  /** The server has stopped to answer, or answers again. */
  onChange?(isAway: boolean): void;
}

interface Call {
  since: number;
  /** Answers that had come before it. */
  answers: number;
  withinMs: number;
  giveUp(error: AppError): void;
}

function away(cause?: string): AppError {
  return new AppError("unavailable", "Cannot reach the store: it does not answer", {
    retryAfter: 2,
    cause,
  });
}

/** See the header of this module. Closing it closes `kv`. */
export function guardKv(kv: Deno.Kv, { clock, onChange }: GuardOptions): Deno.Kv {
  const calls = new Set<Call>();
  let sweep: Timer | null = null;
  let probe: Timer | null = null;
  let isAway = false;
  let isClosed = false;
  let answers = 0;

  function answered(): void {
    answers++;
    if (!isAway || isClosed) return;
    isAway = false;
    onChange?.(false);
  }

  /** Asks until there is an answer: one question at a time, because each waits in Deno for ever. */
  function ask(): void {
    kv.get(keys.schema()).then(answered, () => {
      if (!isClosed) probe = clock.after(SWEEP_MS, ask);
    });
  }

  function giveUpOld(): void {
    const now = clock.now();
    for (const call of calls) {
      if (now - call.since < call.withinMs) continue;
      calls.delete(call);
      call.giveUp(away("no answer in time"));
      // Others were answered meanwhile: only this call has got lost.
      if (answers > call.answers || isAway || isClosed) continue;
      isAway = true;
      onChange?.(true);
      ask();
    }
    sweep = calls.size > 0 ? clock.after(SWEEP_MS, giveUpOld) : null;
  }

  function within<T>(withinMs: number, call: () => Promise<T>): Promise<T> {
    if (isAway) return Promise.reject(away());
    if (calls.size >= CALLS_MAX) return Promise.reject(away("too many calls are under way"));
    return new Promise<T>((resolve, reject) => {
      const entry: Call = { since: clock.now(), answers, withinMs, giveUp: reject };
      calls.add(entry);
      sweep ??= clock.after(SWEEP_MS, giveUpOld);
      call().then(
        (value) => {
          calls.delete(entry);
          answered();
          resolve(value);
        },
        (error) => {
          calls.delete(entry);
          reject(error);
        },
      );
    });
  }
  const read = <T>(call: () => Promise<T>) => within(READ_WITHIN_MS, call);
  const write = <T>(call: () => Promise<T>) => within(WRITE_WITHIN_MS, call);

  function list<T>(...args: Parameters<Deno.Kv["list"]>): Deno.KvListIterator<T> {
    const rows = kv.list<T>(...args);
    const guarded = {
      next: () => read(() => rows.next()),
      get cursor() {
        return rows.cursor;
      },
      [Symbol.asyncIterator]: () => guarded,
    };
    return guarded as Deno.KvListIterator<T>;
  }

  function atomic(): Deno.AtomicOperation {
    const operation = kv.atomic();
    const commit = operation.commit.bind(operation);
    operation.commit = () => write(commit);
    return operation;
  }

  function close(): void {
    isClosed = true;
    sweep?.cancel();
    probe?.cancel();
    for (const call of calls) call.giveUp(away("the store is closed"));
    calls.clear();
    kv.close();
  }

  const guarded = {
    get: (...args: Parameters<Deno.Kv["get"]>) => read(() => kv.get(...args)),
    getMany: (...args: Parameters<Deno.Kv["getMany"]>) => read(() => kv.getMany(...args)),
    set: (...args: Parameters<Deno.Kv["set"]>) => write(() => kv.set(...args)),
    delete: (...args: Parameters<Deno.Kv["delete"]>) => write(() => kv.delete(...args)),
    list,
    atomic,
    close,
  };
  return new Proxy(kv, {
    get(target, name) {
      if (Object.hasOwn(guarded, name)) return guarded[name as keyof typeof guarded];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
