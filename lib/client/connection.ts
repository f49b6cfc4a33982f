/**
 * The connection as a pure state machine: `step` turns what happened into the next state and what is
 * to be done about it. It reads no clock, opens no socket and rolls no dice of its own.
 */
import { closeCode, HEARTBEAT_SECONDS } from "../shared/limits.ts";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";

/** Full jitter: a wait is anywhere between 0 and the ceiling, which doubles from 0.5 to 30 s. */
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** From opening a socket to the server's `connected`. */
const GREETING_MS = 10_000;
/** From `resume` to `resumed`. */
const RESUME_MS = 30_000;
/** How long a probe waits for any sign of life. */
const PROBE_MS = 5_000;
/** A timer this late means that the machine slept or the tab was throttled. */
const LATE_MS = 10_000;
/** A connection that held this long starts the backoff anew. */
const STABLE_MS = 10_000;

/** Signs of life of a socket; all in milliseconds. */
export interface Pulse {
  everyMs: number;
  heardAt: number;
  /** When to look at it again. */
  next: number;
  /** Nothing heard by then: the peer is dead. */
  deadAt: number;
  /** A ping after a late timer is on its way. */
  probing: boolean;
}

export type Phase =
  | { kind: "idle" }
  | { kind: "connecting"; socket: number; attempt: number; deadline: number }
  | {
    kind: "resuming";
    socket: number;
    attempt: number;
    connectionId: string;
    deadline: number;
    pulse: Pulse;
  }
  | {
    kind: "online";
    socket: number;
    attempt: number;
    connectionId: string;
    stableAt: number;
    pulse: Pulse;
  }
  | { kind: "waiting"; attempt: number; until: number }
  /** The page is in the back/forward cache: no socket, no timers. */
  | { kind: "frozen" }
  | { kind: "signed_out" };

export interface Connection {
  readonly phase: Phase;
  /** Number of the newest socket; what older ones say is ignored. */
  readonly sockets: number;
  readonly networkUp: boolean;
  readonly visible: boolean;
  /** From the server's `bye`, until the socket is gone. */
  readonly retryInMs: number | null;
}

export type Input =
  | { type: "start"; networkUp: boolean; visible: boolean }
  | { type: "frames"; socket: number; frames: readonly ServerFrame[] }
  | { type: "closed"; socket: number; code: number }
  | { type: "tick" }
  | { type: "network"; up: boolean }
  | { type: "visibility"; visible: boolean }
  | { type: "freeze" }
  | { type: "thaw" }
  | { type: "retry" }
  /** The session is over, or was ended here. */
  | { type: "sign_out" };

export type Effect =
  /** `fresh`: with a new token, the last one has expired. */
  | { type: "open"; socket: number; fresh: boolean }
  | { type: "close"; socket: number }
  | { type: "send"; socket: number; frames: ClientFrame[] }
  /** Send a `resume` with what is known now. */
  | { type: "resume"; socket: number }
  | { type: "deliver"; frames: ServerFrame[] }
  /** A refused handshake looks like a lost one: ask over HTTP whether the session still stands. */
  | { type: "check_session" };

/** What a step may depend on beside the state. */
export interface Moment {
  now: number;
  /** 0 ≤ n < 1. */
  random: number;
}

export interface Step {
  connection: Connection;
  effects: Effect[];
}

export const initialConnection: Connection = {
  phase: { kind: "idle" },
  sockets: 0,
  networkUp: true,
  visible: true,
  retryInMs: null,
};

/** When a `tick` is due, or null. */
export function deadlineOf({ phase }: Connection): number | null {
  switch (phase.kind) {
    case "connecting":
      return phase.deadline;
    case "resuming":
      return Math.min(phase.deadline, phase.pulse.next);
    case "online":
      return phase.pulse.next;
    case "waiting":
      return phase.until;
    default:
      return null;
  }
}

/** Full jitter: `random` of the ceiling of this attempt (0, 1, 2 …). */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
}

/** One thing happened: what is true now, and what is to be done. */
export function step(connection: Connection, input: Input, moment: Moment): Step {
  const { phase } = connection;
  if (phase.kind === "signed_out") return same(connection);
  switch (input.type) {
    case "start": {
      const { networkUp, visible } = input;
      if (phase.kind !== "idle") return same(connection);
      return open({ ...connection, networkUp, visible }, 0, moment);
    }
    case "frames":
      return socketOf(phase) === input.socket
        ? frames(connection, input.frames, moment)
        : same(connection);
    case "closed":
      return socketOf(phase) === input.socket
        ? lost(connection, input.code, moment)
        : same(connection);
    case "tick":
      return tick(connection, moment);
    case "network":
      return wake({ ...connection, networkUp: input.up }, moment, input.up);
    case "visibility": {
      const { visible } = input;
      // A change of visibility is no reason to doubt a socket that was heard a moment ago.
      const fresh = "pulse" in phase && moment.now - phase.pulse.heardAt < PROBE_MS;
      const changed = { ...connection, visible };
      const woken = fresh ? same(changed) : wake(changed, moment, visible);
      if (phase.kind !== "resuming" && phase.kind !== "online") return woken;
      return also(woken, {
        type: "send",
        socket: phase.socket,
        frames: [{ type: "visibility", visible }],
      });
    }
    case "freeze":
      if (phase.kind === "idle") return same(connection);
      return dropSocket({ ...connection, phase: { kind: "frozen" } }, phase);
    case "thaw":
      return phase.kind === "frozen" ? open(connection, 0, moment) : same(connection);
    case "retry":
      return phase.kind === "waiting" ? open(connection, phase.attempt, moment) : same(connection);
    case "sign_out":
      return dropSocket({ ...connection, phase: { kind: "signed_out" } }, phase);
  }
}

function same(connection: Connection): Step {
  return { connection, effects: [] };
}

function also({ connection, effects }: Step, effect: Effect): Step {
  return { connection, effects: [...effects, effect] };
}

function socketOf(phase: Phase): number | null {
  return "socket" in phase ? phase.socket : null;
}

function dropSocket(connection: Connection, old: Phase): Step {
  const socket = socketOf(old);
  return { connection, effects: socket === null ? [] : [{ type: "close", socket }] };
}

function open(
  connection: Connection,
  attempt: number,
  { now }: Moment,
  fresh = false,
): Step {
  const socket = connection.sockets + 1;
  return {
    connection: {
      ...connection,
      sockets: socket,
      retryInMs: null,
      phase: { kind: "connecting", socket, attempt, deadline: now + GREETING_MS },
    },
    effects: [{ type: "open", socket, fresh }],
  };
}

function frames(
  connection: Connection,
  received: readonly ServerFrame[],
  moment: Moment,
): Step {
  const effects: Effect[] = [];
  const deliver: ServerFrame[] = [];
  let { phase, retryInMs } = connection;
  for (const frame of received) {
    if (frame.type === "bye") retryInMs = frame.retryInMs;
    else if (frame.type === "connected") {
      if (phase.kind !== "connecting") continue;
      const { socket, attempt } = phase;
      phase = {
        kind: "resuming",
        socket,
        attempt,
        connectionId: frame.connectionId,
        deadline: moment.now + RESUME_MS,
        pulse: pulseAt(moment.now, (frame.heartbeatSeconds || HEARTBEAT_SECONDS) * 1000),
      };
      effects.push(
        { type: "send", socket, frames: [{ type: "visibility", visible: connection.visible }] },
        { type: "resume", socket },
      );
    } else if (frame.type === "error" && frame.clientId === undefined) {
      // The only frame that is not repeated by itself is the resume: without it nothing is in order.
      if (phase.kind === "resuming") {
        const over = lost({ ...connection, phase, retryInMs }, 0, moment);
        return { ...over, effects: [...flush(effects, deliver), ...over.effects] };
      }
    } else if (frame.type !== "pong") {
      deliver.push(frame);
      if (frame.type === "resumed" && phase.kind === "resuming") {
        const { socket, attempt, connectionId, pulse } = phase;
        const stableAt = moment.now + STABLE_MS;
        phase = { kind: "online", socket, attempt, connectionId, stableAt, pulse };
      }
    }
  }
  if (phase.kind === "resuming" || phase.kind === "online") {
    phase = { ...phase, pulse: pulseAt(moment.now, phase.pulse.everyMs) };
  }
  return { connection: { ...connection, phase, retryInMs }, effects: flush(effects, deliver) };
}

function flush(effects: Effect[], deliver: ServerFrame[]): Effect[] {
  return deliver.length > 0 ? [...effects, { type: "deliver", frames: deliver }] : effects;
}

/** The socket is gone, or is taken for dead (code 0: by us, so it has to be closed as well). */
function lost(connection: Connection, code: number, moment: Moment): Step {
  const { phase, retryInMs, networkUp } = connection;
  if (!("attempt" in phase)) return same(connection);
  const effects: Effect[] = code === 0 && "socket" in phase
    ? [{ type: "close", socket: phase.socket }]
    : [];
  if (code === closeCode.unauthenticated) {
    return { connection: { ...connection, phase: { kind: "signed_out" } }, effects };
  }
  const stable = phase.kind === "online" && moment.now >= phase.stableAt;
  const attempt = stable ? 0 : phase.attempt;
  if (code === closeCode.tokenExpired && attempt === 0) return open(connection, 1, moment, true);
  if (phase.kind === "connecting" && (attempt === 1 || attempt % 5 === 4)) {
    effects.push({ type: "check_session" });
  }
  let wait: number;
  if (retryInMs !== null) wait = Math.min(Math.max(retryInMs, 0), BACKOFF_MAX_MS);
  else if (code === closeCode.tooManySockets) wait = BACKOFF_MAX_MS * (1 + moment.random);
  else if (!networkUp) wait = BACKOFF_MAX_MS;
  else if (code >= closeCode.protocol) wait = 1000 + backoffMs(attempt + 1, moment.random);
  else wait = backoffMs(attempt, moment.random);
  return {
    connection: {
      ...connection,
      retryInMs: null,
      phase: { kind: "waiting", attempt: attempt + 1, until: moment.now + wait },
    },
    effects,
  };
}

function tick(connection: Connection, moment: Moment): Step {
  const { phase } = connection;
  const due = deadlineOf(connection);
  if (due === null || moment.now < due) return same(connection);
  switch (phase.kind) {
    case "connecting":
      return lost(connection, 0, moment);
    case "waiting":
      return open(connection, phase.attempt, moment);
    case "resuming":
      if (moment.now >= phase.deadline) return lost(connection, 0, moment);
      return beat(connection, phase, moment);
    case "online":
      return beat(connection, phase, moment);
    default:
      return same(connection);
  }
}

type Live = Extract<Phase, { pulse: Pulse }>;

function pulseAt(now: number, everyMs: number): Pulse {
  return { everyMs, heardAt: now, next: now + everyMs, deadAt: now + 3 * everyMs, probing: false };
}

/** The heartbeat. After sleep a timer is late and says nothing about the peer: so it is probed. */
function beat(connection: Connection, phase: Live, moment: Moment): Step {
  const { pulse } = phase;
  const late = moment.now - pulse.next > LATE_MS;
  if (late && !pulse.probing) return probe(connection, phase, moment);
  if (moment.now >= pulse.deadAt || late) return lost(connection, 0, moment);
  const next = Math.min(moment.now + pulse.everyMs, pulse.deadAt);
  return ping(connection, phase, { ...pulse, next });
}

function probe(connection: Connection, phase: Live, { now }: Moment): Step {
  const deadAt = now + PROBE_MS;
  return ping(connection, phase, { ...phase.pulse, next: deadAt, deadAt, probing: true });
}

function ping(connection: Connection, phase: Live, pulse: Pulse): Step {
  return {
    connection: { ...connection, phase: { ...phase, pulse } },
    effects: [{ type: "send", socket: phase.socket, frames: [{ type: "ping" }] }],
  };
}

/** The network changed or the page came to the front: try at once, or make sure of the socket. */
function wake(connection: Connection, moment: Moment, good: boolean): Step {
  const { phase } = connection;
  if (phase.kind === "waiting" && good) return open(connection, phase.attempt, moment);
  if (phase.kind !== "resuming" && phase.kind !== "online") return same(connection);
  return phase.pulse.probing ? same(connection) : probe(connection, phase, moment);
}
