/** What the journal does, counted and traced. */
import type { JournalObserver } from "../kv/journal/types.ts";
import type { Figures } from "./figures.ts";
import type { SpanPlace, Tracer } from "./types.ts";

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];
const OPERATIONS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
/** Operations that one commit's span is linked to: a trace is for looking at a few. */
const LINKS_MAX = 20;

/** An observer that fills `figures` and, where there is a tracer, makes spans. */
export function observeJournal(figures: Figures, tracer: Tracer | null): JournalObserver {
  const commits = figures.tally("commits_total", "Commits sent to the store, by how they ended", [
    "outcome",
  ]);
  const seconds = figures.histogram("commit_seconds", "Time of a commit in the store", SECONDS);
  const sizes = figures.histogram("commit_operations", "Operations in a commit", OPERATIONS);
  const events = figures.tally("events_total", "Events told to listeners, by who wrote them", [
    "writer",
  ]);
  let refused = 0;
  let rings = 0;
  let repairs = 0;
  let reopened = 0;
  let lost = 0;
  figures.count(
    "journal_refused_total",
    "Writes refused: queue full, or store too slow",
    () => refused,
  );
  figures.count("watch_rings_total", "Times that the watch told of news", () => rings);
  figures.count(
    "watch_repairs_total",
    "Times that a poll found what the watch had not told",
    () => repairs,
  );
  figures.count("watch_reopened_total", "Times that the watch was opened anew", () => reopened);
  figures.count(
    "events_lost_total",
    "Times that events were gone before they were read",
    () => lost,
  );
  // Own events are told right after their commit, and one after another.
  let lastCommit: SpanPlace | null = null;

  return {
    origin: tracer ? () => tracer.here() : () => undefined,
    committing({ shard, origins }) {
      const started = performance.now();
      const span = tracer?.begin("journal.commit", placesOf(origins), {
        "skilllink.shard": shard,
        "skilllink.operations": origins.length,
      });
      return (outcome) => {
        seconds.observe((performance.now() - started) / 1000);
        sizes.observe(origins.length);
        commits.add(outcome);
        lastCommit = outcome === "done" && span ? span.place : null;
        span?.end(outcome === "done" ? undefined : outcome);
      };
    },
    dispatching(told) {
      const own = told[0]?.own ?? false;
      events.add(own ? "here" : "elsewhere", told.length);
      if (!tracer) return () => {};
      const span = tracer.begin("journal.dispatch", own && lastCommit ? [lastCommit] : [], {
        "skilllink.events": told.length,
      });
      return () => span.end();
    },
    refused: (operations) => void (refused += operations),
    rang: () => void rings++,
    repaired: () => void repairs++,
    reopened: () => void reopened++,
    lost: () => void lost++,
  };
}

function placesOf(origins: readonly unknown[]): SpanPlace[] {
  const places: SpanPlace[] = [];
  for (const origin of origins) {
    if (typeof origin === "object" && origin !== null) places.push(origin);
    if (places.length === LINKS_MAX) break;
  }
  return places;
}
