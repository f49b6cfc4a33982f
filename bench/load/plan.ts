/** What the load generator is told, and what it tells: JSON on a line each. */
import type { Target } from "./peer.ts";

/** What to do. */
export type Plan =
  | ClosedLoopPlan
  | OpenLoopPlan
  | FillPlan
  | ReadPlan
  | IdlePlan
  | BroadcastPlan
  | StormPlan
  | ConversationsPlan
  | PushPlan;

/** Keeps `inFlight` messages under way between `pairs` of people for `ms`, after `warmUpMs`. */
export interface ClosedLoopPlan {
  kind: "closed-loop";
  target: Target;
  pairs: number;
  inFlight: number;
  warmUpMs: number;
  ms: number;
}
/** Messages that reached their receiver, and how long that took. */
export interface ClosedLoopResult {
  delivered: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Sends at each of `rates` (messages/s) for `ms`, whatever comes back; stops after the first rate
 * that is not kept up with.
 */
export interface OpenLoopPlan {
  kind: "open-loop";
  target: Target;
  pairs: number;
  rates: number[];
  warmUpMs: number;
  ms: number;
}
/** Latency counts from when a message should have been sent, not from when it was. */
export interface OpenLoopResult {
  rate: number;
  /** Messages that came within a second of the end. */
  delivered: number;
  /** Too much at once is answered with an error. */
  refused: number;
  keptUp: boolean;
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
}

/** Sends `count` messages from one person to another. */
export interface FillPlan {
  kind: "fill";
  target: Target;
  from: string;
  to: string;
  count: number;
}

/** Asks for a page `requests` times, one after another. */
export interface ReadPlan {
  kind: "read";
  /** Null token: nobody asks. */
  pages: { name: string; url: string; user: string | null }[];
  secret: string;
  requests: number;
}
/** Medians in ms, by name of the page. */
export type ReadResult = Record<string, number>;

/** Opens `sockets` for `users` people, and holds them until the input ends. */
export interface IdlePlan {
  kind: "idle";
  target: Target;
  sockets: number;
  users: number;
}

/** Opens a socket for each of `sockets` people, then tells them all something, `rounds` times. */
export interface BroadcastPlan {
  kind: "broadcast";
  target: Target;
  origin: string;
  sockets: number;
  rounds: number;
}
/** For each round the time from the request to the last socket. */
export interface BroadcastResult {
  lastMs: number[];
}

/** Everybody comes back at once, each with where they were, and waits for the end of the resume. */
export interface StormPlan {
  kind: "storm";
  target: Target;
  sockets: number;
  /** Attempts under way at a time. */
  atOnce: number;
  /** By person: the conversation that they know, and where they are in it. */
  known: Record<string, Record<string, { seq: number; rev: number }>>;
}
/** Time to the last, how many failed, and the open sockets, which end with the process. */
export interface StormResult {
  ms: number;
  errors: number;
}

/** `people` talk in pairs, a message each; tells where each is. */
export interface ConversationsPlan {
  kind: "conversations";
  target: Target;
  people: number;
}

/** One person writes to each of `receivers` once. */
export interface PushPlan {
  kind: "push";
  target: Target;
  from: string;
  receivers: string[];
}
