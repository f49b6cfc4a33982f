/** Ids of notifications: one send has one id, whoever reads it; which log it lies in follows from it. */
import { BROADCAST_LOG, type LogName, personalLog, roomLog } from "./notification_rows.ts";

/** What an id names. */
export type NotificationPlace =
  | { kind: "personal"; seq: number }
  | { kind: "broadcast"; seq: number }
  | { kind: "room"; seq: number; roomId: string };

/** The id of a place: opaque to everybody else. */
export function toNotificationId(place: NotificationPlace): string {
  switch (place.kind) {
    case "personal":
      return `n${place.seq}`;
    case "broadcast":
      return `b${place.seq}`;
    case "room":
      return `r${place.seq}.${place.roomId}`;
  }
}

/** Null when it can't be an id of ours. */
export function parseNotificationId(id: string): NotificationPlace | null {
  const match = /^(?:([nb])([1-9]\d{0,15})|r([1-9]\d{0,15})\.(.+))$/.exec(id);
  if (!match) return null;
  const [, kind, seq, roomSeq, roomId] = match;
  const place: NotificationPlace = roomId !== undefined
    ? { kind: "room", seq: Number(roomSeq), roomId }
    : { kind: kind === "b" ? "broadcast" : "personal", seq: Number(seq) };
  return Number.isSafeInteger(place.seq) ? place : null;
}

/** The log that `userId` would find it in. */
export function logOf(place: NotificationPlace, userId: string): LogName {
  switch (place.kind) {
    case "personal":
      return personalLog(userId);
    case "broadcast":
      return BROADCAST_LOG;
    case "room":
      return roomLog(place.roomId);
  }
}

/** The id of the entry `seq` of a log. */
export function idInLog(log: LogName, seq: number): string {
  if (log === BROADCAST_LOG) return toNotificationId({ kind: "broadcast", seq });
  return log.startsWith("r:")
    ? toNotificationId({ kind: "room", seq, roomId: log.slice(2) })
    : toNotificationId({ kind: "personal", seq });
}
