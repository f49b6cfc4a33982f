/** What becomes of pushes, counted and traced. */
import type { PushObserver } from "../push/types.ts";
import type { Figures } from "./figures.ts";
import type { Tracer } from "./types.ts";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 60];

/** An observer that fills `figures` and, where there is a tracer, makes spans. */
export function observePushes(figures: Figures, tracer: Tracer | null): PushObserver {
  const outcomes = figures.tally("push_outcomes_total", "Pushes to one device, by outcome", [
    "result",
  ]);
  const seconds = figures.histogram("push_job_seconds", "Time of a push job", SECONDS, ["source"]);
  let buried = 0;
  figures.count("pushes_given_up_total", "Pushes that became dead letters", () => buried);
  return {
    async job(source, work) {
      const end = seconds.startTimer({ source });
      try {
        if (!tracer) await work();
        else {
          const attributes = { "skilllink.source": source };
          await tracer.run("push.job", { root: true, attributes }, work);
        }
      } finally {
        end();
      }
    },
    outcome: (result) => outcomes.add(result),
    buried: () => void buried++,
  };
}
