/** Who sends notifications in tests, and what they say. */
import type { Principal } from "../identity/types.ts";

/** A platform's key that may notify. */
export const service: Extract<Principal, { kind: "service" }> = {
  kind: "service",
  keyId: "k1",
  scopes: ["notifications:send"],
  via: "bearer",
};

/** What a notification says that is about nothing in particular. */
export const about = { type: "grade", title: "Graded", message: "You passed" };
