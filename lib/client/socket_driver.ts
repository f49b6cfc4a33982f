/** Does what the connection machine says: opens sockets, sends, keeps its one timer. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Timer } from "../shared/clock.ts";
import { closeCode, FRAMES_PER_ARRAY, SOCKET_PROTOCOL } from "../shared/limits.ts";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";
import type { Browser, SocketLike } from "./browser.ts";
import {
  type Connection,
  deadlineOf,
  type Effect,
  initialConnection,
  type Input,
  step,
} from "./connection.ts";
import { framesOf } from "./frames_of.ts";
import { shareSocket } from "./tabs/shared_socket.ts";
import type { ConnectionState } from "./types.ts";

/** Characters in one socket message: three bytes each at most, so it stays under 64 KiB. */
const MESSAGE_MAX_CHARS = 20_000;

export interface DriverOptions {
  browser: Browser;
  /** Whose page it is. */
  userId: string;
  /** The `resume` frame for what is known now. */
  resumeFrame(): ClientFrame;
  receive(frames: readonly ServerFrame[]): void;
  /** Of the server's store; before the `resume` frame is asked for. */
  onEpoch(epoch: string): void;
  /** Caught up: what waits can be sent. */
  onOnline(): void;
  /** The socket is gone: what was under way has no answer. */
  onLost(): void;
  /** Another tab of this browser is no more. */
  onTabGone(): void;
  /** Asks over HTTP whether the session stands; a 401 comes back through `signOut("ended")`. */
  checkSession(): void;
  ticket(): Promise<string>;
}

/** The one connection of a page. */
export interface SocketDriver {
  readonly state: ReadonlySignal<ConnectionState>;
  start(): void;
  retryNow(): void;
  /** False: not connected, nothing is kept. Frames of one turn go out together, in order. */
  send(frame: ClientFrame): boolean;
  signOut(reason: "left" | "ended"): void;
  /** Whether a session that the server ends from now on is one that was left here. */
  expectSignOut(expected: boolean): void;
  /** Leaves the socket, and comes back to resume from what is known now. */
  restart(): void;
}

export function createSocketDriver(options: DriverOptions): SocketDriver {
  const { browser, userId } = options;
  const { clock } = browser;
  const source = shareSocket(browser, `skilllink-socket-${userId}`, () => options.onTabGone());
  const state = signal<ConnectionState>({ kind: "idle" });
  let connection: Connection = initialConnection;
  let socket: { id: number; real: SocketLike } | null = null;
  let timer: Timer | null = null;
  let outgoing: ClientFrame[] = [];
  let reason: "left" | "ended" = "ended";
  const inputs: Input[] = [];
  let running = false;
  let lastNow = 0;
  /** How far the connection's time is ahead of a clock that was set back. */
  let lag = 0;

  /**
   * The connection's time, in milliseconds. It never goes back: with a clock that is set back by an
   * hour, everything that is due would be an hour late. `atLeast`: what a timer that ran was set for.
   */
  function now(atLeast = 0): number {
    lag = Math.max(lag, Math.max(lastNow, atLeast) - clock.now());
    return lastNow = clock.now() + lag;
  }

  /** One input at a time: what an effect causes waits for its turn. */
  function dispatch(input: Input): void {
    inputs.push(input);
    if (running) return;
    running = true;
    for (let next = inputs.shift(); next; next = inputs.shift()) {
      const before = connection.phase.kind;
      const result = step(connection, next, { now: now(), random: browser.random() });
      connection = result.connection;
      const after = connection.phase.kind;
      for (const effect of result.effects) run(effect);
      if (
        before !== after && (before === "online" || before === "resuming") && after !== "online"
      ) {
        outgoing = [];
        options.onLost();
      }
      publish();
      if (before !== "online" && after === "online") options.onOnline();
    }
    running = false;
    timer?.cancel();
    const due = deadlineOf(connection);
    timer = due === null ? null : clock.after(Math.max(0, due - now()), () => {
      now(due);
      dispatch({ type: "tick" });
    });
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case "open":
        return void open(effect.socket, effect.fresh);
      case "close":
        if (socket?.id !== effect.socket) return;
        socket.real.close(1000);
        socket = null;
        return;
      case "send":
        return effect.frames.forEach(enqueue);
      case "resume":
        return enqueue(options.resumeFrame());
      case "deliver":
        return batch(() => options.receive(effect.frames));
      case "check_session":
        return options.checkSession();
    }
  }

  async function open(id: number, fresh: boolean): Promise<void> {
    const current = () => connection.phase.kind === "connecting" && connection.phase.socket === id;
    try {
      const ticket = fresh ? [`ticket.${await options.ticket()}`] : [];
      if (!current()) return;
      const real = source.open([SOCKET_PROTOCOL, ...ticket], {
        message(data) {
          const frames = framesOf(data);
          const greeting = frames?.find((frame) => frame.type === "connected");
          // Somebody else has signed in since this page was made.
          if (greeting && greeting.userId !== userId) return dispatch({ type: "sign_out" });
          if (greeting) options.onEpoch(greeting.epoch);
          if (frames) return dispatch({ type: "frames", socket: id, frames });
          real.close(closeCode.protocol);
          dispatch({ type: "closed", socket: id, code: closeCode.protocol });
        },
        close: (code) => dispatch({ type: "closed", socket: id, code }),
      });
      socket = { id, real };
    } catch {
      dispatch({ type: "closed", socket: id, code: 1006 });
    }
  }

  function enqueue(frame: ClientFrame): void {
    if (outgoing.push(frame) === 1) queueMicrotask(flush);
  }

  function flush(): void {
    const texts = outgoing.map((frame) => JSON.stringify(frame));
    outgoing = [];
    while (socket && texts.length > 0) {
      let count = 1;
      let chars = texts[0]?.length ?? 0;
      for (; count < Math.min(texts.length, FRAMES_PER_ARRAY); count++) {
        chars += texts[count]?.length ?? 0;
        if (chars > MESSAGE_MAX_CHARS) break;
      }
      const part = texts.splice(0, count);
      socket.real.send(part.length === 1 ? part.join() : `[${part.join()}]`);
    }
  }

  function publish(): void {
    const next = publicState(connection, state.peek(), { reason, browser, lag });
    if (JSON.stringify(next) !== JSON.stringify(state.peek())) state.value = next;
  }

  return {
    state,
    start() {
      if (connection.phase.kind !== "idle") return;
      browser.onPage((event) => {
        if (event === "network") dispatch({ type: "network", up: browser.networkUp() });
        else if (event === "visibility") {
          dispatch({ type: "visibility", visible: browser.visible() });
        } else if (event !== "leave") {
          dispatch({ type: event });
          if (event === "freeze") source.leave();
        }
      });
      dispatch({ type: "start", networkUp: browser.networkUp(), visible: browser.visible() });
    },
    retryNow: () => dispatch({ type: "retry" }),
    send(frame) {
      const { kind } = connection.phase;
      if (kind !== "online" && kind !== "resuming") return false;
      enqueue(frame);
      return true;
    },
    restart() {
      dispatch({ type: "freeze" });
      dispatch({ type: "thaw" });
    },
    expectSignOut: (expected) => void (reason = expected ? "left" : "ended"),
    signOut(why) {
      reason = why;
      dispatch({ type: "sign_out" });
      source.end();
    },
  };
}

function publicState(
  { phase, networkUp }: Connection,
  before: ConnectionState,
  { reason, browser, lag }: { reason: "left" | "ended"; browser: Browser; lag: number },
): ConnectionState {
  switch (phase.kind) {
    case "connecting":
    case "resuming":
      return { kind: "connecting", attempt: phase.attempt };
    case "online":
      return { kind: "online", connectionId: phase.connectionId };
    case "waiting":
      return networkUp
        ? { kind: "waiting", attempt: phase.attempt, until: phase.until - lag }
        : { kind: "offline" };
    case "signed_out":
      return before.kind === "signed_out"
        ? before
        : { kind: "signed_out", reason, returnTo: browser.path() };
    default:
      return { kind: "idle" };
  }
}
