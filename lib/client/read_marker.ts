/** Tells the server how far one has read: at once, then at most twice a second, and never in vain. */
import type { Clock, Timer } from "../shared/clock.ts";

const EVERY_MS = 500;
/** What has no answer was refused, or failed there: it is told again, a few times. */
const ANSWER_MS = 20_000;
const TRIES = 5;

export interface ReadMarker {
  /** The own mark has moved. */
  moved(): void;
  /** The server has it. */
  confirmed(upTo: number): void;
  online(): void;
  lost(): void;
}

/** `position` is the own mark; `tell` answers false when there is no connection. */
export function createReadMarker(
  clock: Clock,
  position: () => number,
  tell: (upTo: number) => boolean,
): ReadMarker {
  /** What was told and not confirmed; `owed` has to be told once there is a connection. */
  let open: { kind: "none" } | { kind: "told"; upTo: number } | { kind: "owed" } = { kind: "none" };
  let timer: Timer | null = null;
  let repeat: Timer | null = null;

  function send(tries = 1): void {
    const upTo = position();
    open = tell(upTo) ? { kind: "told", upTo } : { kind: "owed" };
    timer?.cancel();
    timer = clock.after(EVERY_MS, () => {
      timer = null;
      if (position() > upTo) send();
    });
    repeat?.cancel();
    repeat = clock.after(ANSWER_MS * tries, () => {
      if (open.kind === "told" && tries < TRIES) send(tries + 1);
    });
  }

  return {
    moved: () => timer ? undefined : send(),
    confirmed(upTo) {
      if (open.kind === "told" && upTo >= open.upTo) open = { kind: "none" };
    },
    online: () => open.kind === "owed" ? send() : undefined,
    lost() {
      repeat?.cancel();
      if (open.kind === "told") open = { kind: "owed" };
    },
  };
}
