/** The process itself. */
import process from "node:process";
import type { Figures } from "./figures.ts";

/** Adds what a process can tell of itself; `startedAt` in ms. */
export function watchProcess(figures: Figures, version: string, startedAt: number): void {
  figures.gauge("process_start_time_seconds", "When the process started", () => startedAt / 1000);
  figures.gauge(
    "process_resident_memory_bytes",
    "Resident memory",
    () => Deno.memoryUsage().rss,
  );
  figures.gauge("process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  figures.gauge("process_cpu_seconds", "Processor time used since the start", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  figures.gauge(
    "skilllink_event_loop_delay_seconds",
    "How long this very reading had to wait for its turn",
    async () => {
      const started = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 0));
      return Math.max(0, performance.now() - started) / 1000;
    },
  );
  figures.gauges("build_info", "The release that runs: always 1", "version", () => ({
    [version]: 1,
  }));
}
