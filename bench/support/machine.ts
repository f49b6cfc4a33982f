/** What a figure depends on. */
import { format } from "./statistics.ts";

/** The machine in one line. */
export async function describeMachine(): Promise<string> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*:\s*(.+)/.exec(cpu)?.[1] ?? Deno.build.arch;
  const gigabytes = Deno.systemMemoryInfo().total / 2 ** 30;
  return `${navigator.hardwareConcurrency} cores of ${model}, ${format(gigabytes)} GB, ` +
    `${Deno.build.os} ${Deno.osRelease()}, Deno ${Deno.version.deno}`;
}

/** What else the machine did in the last minute: the average of runnable processes. */
export function loadBefore(): number {
  return Deno.loadavg()[0] ?? 0;
}

/** Files that a process may open (`ulimit -n`); null where the system does not say. */
export async function openFilesLimit(): Promise<number | null> {
  const limits = await Deno.readTextFile("/proc/self/limits").catch(() => "");
  const soft = /Max open files\s+(\d+)/.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}
