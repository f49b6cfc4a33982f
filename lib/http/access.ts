/** Who may call an endpoint: pure. */
import { AppError } from "../shared/errors.ts";
import type { Principal, UserPrincipal } from "../identity/types.ts";
import type { Access } from "./spec.ts";

/** The type of `user` that an access lets through. */
export type UserOf<A extends Access> = A extends { kind: "user" } ? UserPrincipal
  : A extends { kind: "role" }
    ? (A extends { scope: string } ? UserPrincipal | null : UserPrincipal)
  : UserPrincipal | null;

/**
 * Throws `unauthenticated` when nobody is signed in, `forbidden` when the caller may not. An API key
 * reaches only the endpoints that name one of its scopes; `admin` holds the others.
 */
export function requireAccess(access: Access, principal: Principal | null): void {
  if (access.kind === "public") return;
  if (principal === null) {
    throw new AppError("unauthenticated", "Cannot do this: nobody is signed in");
  }
  if (principal.kind === "service") {
    const scope = access.kind === "role" ? access.scope : undefined;
    if (scope && (principal.scopes.includes(scope) || principal.scopes.includes("admin"))) return;
    throw new AppError("forbidden", "Cannot do this: the API key does not carry the scope for it");
  }
  if (access.kind === "role" && !access.roles.includes(principal.role)) {
    const roles = access.roles.join(" or ");
    throw new AppError("forbidden", `Cannot do this: it takes the role ${roles}`);
  }
}
