/** Mutes without an end. */

/** `until` of a conversation that stays muted until it is unmuted. */
export const FOR_EVER = "9999-12-31T23:59:59.999Z";

/** True for a mute whose end nobody will see: {@link FOR_EVER}, or whatever another client takes for it. */
export function isForEver(until: string): boolean {
  return until >= "9000";
}
