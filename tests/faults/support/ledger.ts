/** What was asked for and what was promised during a run: the oracle holds the servers to it. */
import type { Message } from "../../../lib/shared/message_schema.ts";
import type { Target } from "./device.ts";

/** Something that somebody wrote. */
export interface Said {
  personId: string;
  /** The device or the sender that wrote it; one writes in order. */
  device: string;
  target: Target;
  content: string;
  /** False for a sender that does not keep an order (several tries at once). */
  ordered: boolean;
}

/** A notification that was asked for. */
export interface Noticed {
  /** Unique. */
  title: string;
  recipients: readonly string[];
}

/** A message that was acknowledged, and to whom. */
export interface Acked {
  personId: string;
  message: Message;
}

/** See the header of this module. */
export class Ledger {
  readonly problems: string[] = [];
  readonly sayings: Said[] = [];
  readonly notices: Noticed[] = [];
  /** By person and clientId. */
  readonly acks = new Map<string, Acked>();
  /** By device: how far, by target, its page meant to have read. */
  readonly #marks = new Map<string, { personId: string; upTo: Map<string, number> }>();

  problem(text: string): void {
    // The first ones say what went wrong, the others follow from it.
    if (this.problems.length < 20) this.problems.push(text);
  }

  said(personId: string, { device, target, content, ordered = true }: SaidInput): void {
    this.sayings.push({ personId, device, target, content, ordered });
  }

  /** It was refused for good: it must not be there. */
  unsaid(content: string): void {
    const at = this.sayings.findIndex((saying) => saying.content === content);
    if (at >= 0) this.sayings.splice(at, 1);
  }

  read(device: string, personId: string, target: Target, upTo: number): void {
    const marks = this.#marks.get(device)?.upTo ?? new Map<string, number>();
    this.#marks.set(device, { personId, upTo: marks });
    marks.set(target.id, Math.max(upTo, marks.get(target.id) ?? 0));
  }

  /** The page of a device is gone, and with it the marks that no server may have. */
  forgetMarks(device: string): void {
    this.#marks.delete(device);
  }

  /** The furthest that somebody meant to have read of a person's messages, or of a room. */
  markOf(personId: string, targetId: string): number {
    const own = [...this.#marks.values()].filter((marks) => marks.personId === personId);
    return Math.max(0, ...own.map(({ upTo }) => upTo.get(targetId) ?? 0));
  }

  noticed(notice: Noticed): void {
    this.notices.push(notice);
  }

  /** R3: each answer for a clientId is the original. */
  acked(personId: string, message: Message): void {
    const key = `${personId} ${message.clientId}`;
    const before = this.acks.get(key)?.message;
    if (before && (before.id !== message.id || before.seq !== message.seq)) {
      this.problem(`${key} was acknowledged as ${before.id} and as ${message.id}`);
    }
    this.acks.set(key, { personId, message });
  }
}

/** One saying; `ordered` unless it says otherwise. */
export type SaidInput = Omit<Said, "personId" | "ordered"> & { ordered?: boolean };
