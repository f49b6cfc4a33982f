/** What the parts of the product see of metrics and traces. */

/** Hears of requests, once each. */
export interface HttpMeter {
  /** `route` is the pattern that matched; null where none did. */
  answered(method: string, route: string | null, status: number, ms: number): void;
}

/** The figures of this process, as Prometheus reads them. */
export interface Metrics {
  readonly http: HttpMeter;
  /** Text format 0.0.4, with its media type; answers within a second or so, store or no store. */
  render(): Promise<{ text: string; contentType: string }>;
}

/** What a span says of itself. */
export type Attributes = Record<string, string | number | boolean>;

/** Spans of OpenTelemetry. Where nobody traces, parts have none of it (null) and pay nothing. */
export interface Tracer {
  /** Runs `work` in a span: a child of the one that is under way, or, with `root`, of none. */
  run<T>(
    name: string,
    options: { root?: boolean; attributes?: Attributes },
    work: () => Promise<T>,
  ): Promise<T>;
  /** The span that is under way, for another one to name as its parent later. */
  here(): SpanPlace | undefined;
  /** Begins a span that is no call: child of the first of `parents`, linked to the others. */
  begin(name: string, parents: readonly SpanPlace[], attributes: Attributes): OpenSpan;
  /** Names the span of the request that is under way. */
  nameRequest(method: string, route: string): void;
}

/** Where a span stands: opaque. */
export type SpanPlace = object;

/** A span that has begun. */
export interface OpenSpan {
  readonly place: SpanPlace;
  /** `failure` says what went wrong. */
  end(failure?: string): void;
}
