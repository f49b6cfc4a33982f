/**
 * A thin frame around prom-client: what is counted on the way of a message is a plain number, and
 * becomes a metric only when somebody reads it.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

const PREFIX = "skilllink_";

/** Counts by label; the labels must come from a bounded set. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(label: string, count = 1): void {
    this.counts.set(label, (this.counts.get(label) ?? 0) + count);
  }
}

/** The figures of one process. */
export class Figures {
  readonly #registry = new Registry();

  /** A count of events; `read` is called when it is looked at. */
  count(name: string, help: string, read: () => number): void {
    new Counter({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** The same by labels: a key of the tally holds their values, with `|` between. */
  tally(name: string, help: string, labels: readonly string[], tally = new Tally()): Tally {
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [key, count] of tally.counts) {
          const values = key.split("|");
          this.inc(Object.fromEntries(labels.map((label, i) => [label, values[i] ?? ""])), count);
        }
      },
    });
    return tally;
  }

  /** A value of now; nothing is told where `read` gives null. `name` is taken as it is. */
  gauge(name: string, help: string, read: () => number | null | Promise<number | null>): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.reset();
        const value = await read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }

  /** Values of now by one label. */
  gauges(name: string, help: string, label: string, read: () => Record<string, number>): void {
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.set({ [label]: key }, value);
      },
    });
  }

  /** How values are spread. */
  histogram<L extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name: PREFIX + name,
      help,
      buckets: [...buckets],
      labelNames: [...labels],
      registers: [this.#registry],
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, as text. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
