/** {@link Tracer} on OpenTelemetry, whose provider the runtime installs when `OTEL_DENO` is true. */
import { context, type Span, type SpanContext, SpanStatusCode, trace } from "@opentelemetry/api";
import type { OpenSpan, SpanPlace, Tracer } from "./types.ts";

/** The tracer of this process. */
export function createTracer(version: string): Tracer {
  const tracer = trace.getTracer("skilllink", version);

  return {
    async run(name, { root = false, attributes }, work) {
      return await tracer.startActiveSpan(name, { root, attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          fail(span, error instanceof Error ? error.name : "failed");
          throw error;
        } finally {
          span.end();
        }
      });
    },
    here: () => trace.getActiveSpan()?.spanContext(),
    begin(name, parents, attributes): OpenSpan {
      const [parent, ...others] = parents as SpanContext[];
      const span = tracer.startSpan(name, {
        root: parent === undefined,
        attributes,
        links: others.map((linked) => ({ context: linked })),
      }, parent ? trace.setSpanContext(context.active(), parent) : context.active());
      return {
        place: span.spanContext() satisfies SpanPlace,
        end(failure) {
          if (failure !== undefined) fail(span, failure);
          span.end();
        },
      };
    },
    nameRequest(method, route) {
      trace.getActiveSpan()?.updateName(`${method} ${route}`).setAttribute("http.route", route);
    },
  };
}

/** The name of an error is enough: its message may hold what people wrote. */
function fail(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
