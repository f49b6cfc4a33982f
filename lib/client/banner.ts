/** When the connection bar shows (ui.md "Connection"). */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";
import type { Banner, ConnectionState } from "./types.ts";

const QUIET_MS = 2000;
const BACK_MS = 3000;

/** Follows `state`: quiet for 2 s, then `reconnecting`; `back` for 3 s if it had been shown. */
export function createBanner(
  state: ReadonlySignal<ConnectionState>,
  clock: Clock,
): ReadonlySignal<Banner> {
  const banner = signal<Banner>({ kind: "none" });
  let timer: Timer | null = null;
  const later = (ms: number, run: () => void) => {
    timer?.cancel();
    timer = clock.after(ms, () => {
      timer = null;
      run();
    });
  };
  const reconnecting = () =>
    banner.value = { kind: "reconnecting", offline: state.peek().kind === "offline" };
  state.subscribe(({ kind }) => {
    const shown = banner.peek().kind;
    if (kind === "idle" || kind === "signed_out") {
      timer?.cancel();
      timer = null;
      if (shown !== "none") banner.value = { kind: "none" };
    } else if (kind === "online") {
      timer?.cancel();
      timer = null;
      if (shown === "none") return;
      if (shown === "reconnecting") banner.value = { kind: "back" };
      later(BACK_MS, () => banner.value = { kind: "none" });
    } else if (shown === "reconnecting") reconnecting();
    else if (shown === "back") later(QUIET_MS, reconnecting);
    else if (!timer) later(QUIET_MS, reconnecting);
  });
  return banner;
}
