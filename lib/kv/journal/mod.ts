/** The journal: ordered, durable, group-committed writes and the events that they make. */
export { createJournal, type JournalOptions } from "./journal.ts";
export type {
  Journal,
  JournalEvent,
  JournalOperation,
  JournalPayload,
  JournalView,
} from "./types.ts";
