/** Metrics and traces: what `lib/app.ts` hands the parts to be seen by. */
import type { ChatService } from "../chat/types.ts";
import type { RateLimiter } from "../identity/types.ts";
import type { Journal, JournalObserver } from "../kv/journal/types.ts";
import type { PushBacklog, PushObserver, PushService } from "../push/types.ts";
import type { Hub, HubMeter } from "../realtime/types.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { Figures } from "./figures.ts";
import { meterHttp } from "./http_figures.ts";
import { observeJournal } from "./journal_figures.ts";
import { watchProcess } from "./process_figures.ts";
import { observePushes } from "./push_figures.ts";
import { meterSockets } from "./socket_figures.ts";
import { createTracer } from "./tracer.ts";
import type { Metrics } from "./types.ts";
import { countRefusals, sendCounter, type SendWay } from "./wrappers.ts";

export type { Metrics } from "./types.ts";

/** A store that takes longer is not waited for: the other figures matter then. */
const STORE_WITHIN_MS = 1000;

/** What is asked for values of now. */
export interface Watched {
  journal: Pick<Journal, "waiting">;
  hub: Pick<Hub, "states">;
  push: Pick<PushService, "backlog">;
}

/** See the header of this module. */
export interface Telemetry {
  readonly metrics: Metrics;
  readonly journal: JournalObserver;
  readonly sockets: HubMeter;
  readonly pushes: PushObserver;
  /** The service with its sends counted and traced. */
  sends(chat: ChatService, way: SendWay): ChatService;
  refusals(limits: RateLimiter): RateLimiter;
  /** Called once, when all parts are there. */
  watch(parts: Watched): void;
}

/** What {@link createTelemetry} needs. */
export interface TelemetryOptions {
  clock: Clock;
  /** Of the product. */
  version: string;
  /** OTEL_DENO. */
  tracing: boolean;
}

/** The figures of one process, all at nought. */
export function createTelemetry({ clock, version, tracing }: TelemetryOptions): Telemetry {
  const figures = new Figures();
  const tracer = tracing ? createTracer(version) : null;
  watchProcess(figures, version, clock.now());
  return {
    metrics: {
      http: meterHttp(figures, tracer),
      async render() {
        return { text: await figures.render(), contentType: figures.contentType };
      },
    },
    journal: observeJournal(figures, tracer),
    sockets: meterSockets(figures),
    pushes: observePushes(figures, tracer),
    sends: sendCounter(figures, tracer),
    refusals: (limits) => countRefusals(figures, limits),
    watch({ journal, hub, push }) {
      figures.gauge(
        "skilllink_journal_waiting",
        "Writes that wait for their commit",
        () => journal.waiting,
      );
      figures.gauges("sockets", "Open sockets by state", "state", () => hub.states());
      const backlog = shared(clock, () => inTime(clock, push.backlog()));
      figures.gauge(
        "skilllink_push_jobs_waiting",
        "Push jobs that are not done, counted up to 1,000",
        async () => (await backlog())?.waiting ?? null,
      );
      figures.gauge(
        "skilllink_push_late_seconds",
        "How long the first push job has been due",
        async () => {
          const late = (await backlog())?.lateMs;
          return late === undefined ? null : late / 1000;
        },
      );
    },
  };
}

/** One reading for all that ask in the same instant. */
function shared<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; value: Promise<T> } | null = null;
  return () => {
    if (last?.at !== clock.now()) last = { at: clock.now(), value: read() };
    return last.value;
  };
}

/** Null where the store fails or takes too long. */
async function inTime(clock: Clock, work: Promise<PushBacklog>): Promise<PushBacklog | null> {
  let timer: Timer | undefined;
  const late = new Promise<null>((resolve) => {
    timer = clock.after(STORE_WITHIN_MS, () => resolve(null));
  });
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    timer?.cancel();
  }
}
