/**
 * What the tabs of one browser say to each other. One of them leads: it holds the real socket, and
 * the others have theirs through it. Every message reaches every tab; each takes what is for it.
 */
import type { ServerFrame } from "../../shared/protocol.ts";

/** From a tab to the one that leads, about its socket number `n`. */
export type ToLeader =
  & { from: string; n: number }
  & (
    | { kind: "open"; protocols: string[] }
    | { kind: "text"; text: string }
    | { kind: "close" }
  );

/**
 * From the tab that leads. `lead` is the time since when it does: what one says that has been
 * replaced is not heard. Without `to` it is for all.
 */
export type FromLeader =
  & { lead: number; to?: string; n?: number }
  & (
    /** To all: the real socket is with me from now on. To one: I have your socket. */
    | { kind: "here" }
    | { kind: "frames"; frames: ServerFrame[] }
    | { kind: "closed"; code: number }
    /** A tab is no more: what it has left behind is the others'. */
    | { kind: "gone" }
  );
