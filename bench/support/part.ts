/** What a measurement hands back: figures of several runs, and curves. */

/** How to measure. */
export interface BenchOptions {
  /** Runs whose least, middle and greatest are shown: three at least. */
  runs: number;
  /** Shorter and smaller: to see that it works, not to quote. */
  quick: boolean;
}

/** One line of a table. */
export interface Figure {
  name: string;
  /** One value a run. */
  values: number[];
  digits?: number;
  /** What it should be, in words. */
  goal?: string;
}

/** A picture of how something grows. */
export interface Curve {
  /** Name of the file in `docs/img`. */
  file: string;
  title: string;
  x: { label: string; isLog?: boolean };
  y: { label: string; isLog?: boolean };
  series: { name: string; points: [number, number][] }[];
}

/** A line of the summary in the README: medians, as text. */
export interface Summary {
  measured: string;
  product: string;
  relay: string;
}

/** What a measurement has found. */
export interface Part {
  title: string;
  /** What was done, in a sentence or two. */
  how: string;
  figures: Figure[];
  curves?: Curve[];
  summary?: Summary[];
}

/** Measures one thing. */
export type Measurement = (options: BenchOptions) => Promise<Part>;
