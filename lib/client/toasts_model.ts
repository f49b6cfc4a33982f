/** What pops up for a moment: three at most, 6 s each, as long as nobody is at them. */
import { signal } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";
import type { Toast, ToastsModel } from "./types.ts";

const TOASTS_MAX = 3;
const STAY_MS = 6000;

export function createToasts(clock: Clock): ToastsModel {
  const items = signal<readonly Toast[]>([]);
  const paused = signal(false);
  const timers = new Map<number, Timer>();
  let lastId = 0;

  function close(id: number): void {
    timers.get(id)?.cancel();
    timers.delete(id);
    items.value = items.peek().filter((toast) => toast.id !== id);
  }
  function leaveLater(id: number): void {
    timers.get(id)?.cancel();
    timers.set(id, clock.after(STAY_MS, () => close(id)));
  }
  paused.subscribe((still) => {
    for (const { id } of items.peek()) still ? timers.get(id)?.cancel() : leaveLater(id);
  });

  return {
    items,
    paused,
    show(content) {
      const id = ++lastId;
      const oldest = items.peek()[0];
      if (items.peek().length >= TOASTS_MAX && oldest) close(oldest.id);
      items.value = [...items.peek(), { ...content, id }];
      if (!paused.peek()) leaveLater(id);
    },
    close,
  };
}
