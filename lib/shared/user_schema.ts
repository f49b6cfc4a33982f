/** People: accounts, profiles, sessions. */
import { z } from "zod";
import { idSchema, limitSchema, nameSchema, timeSchema } from "./basics.ts";
import { PAGE_DEFAULT, PAGE_MAX } from "./limits.ts";

export const roleSchema = z.enum(["member", "instructor", "admin"]);
/** What somebody may do beyond chatting. */
export type Role = z.infer<typeof roleSchema>;

/** A picture: https, or a path on this origin. */
export const avatarSchema = z.string().max(2048)
  .regex(
    /^(https:\/\/[^\s\\\p{Cc}]+|\/(?!\/)[^\s\\\p{Cc}]*)$/u,
    "must be an https URL or a path of this site",
  );

export const personSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  avatar: avatarSchema.nullable(),
});
/** What everybody may see of somebody. */
export type Person = z.infer<typeof personSchema>;

export const userSchema = personSchema.extend({
  email: z.string().nullable(),
  role: roleSchema,
  createdAt: timeSchema,
});
/** What somebody sees of themselves. */
export type User = z.infer<typeof userSchema>;

export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const passwordSchema = z.string().min(8).max(200);

export const registerBody = z.strictObject({
  name: nameSchema,
  email: emailSchema,
  password: passwordSchema,
});
export const loginBody = z.strictObject({ email: emailSchema, password: z.string().max(200) });
/** `token` is a JWT of our own, bound to the session that the cookie names. */
export const signedInSchema = z.strictObject({ user: userSchema, token: z.string() });

export const updateMeBody = z.strictObject({
  name: nameSchema.optional(),
  avatar: avatarSchema.nullable().optional(),
});
export const peopleQuery = z.strictObject({
  query: z.string().trim().max(80).default(""),
  limit: limitSchema(PAGE_MAX, PAGE_DEFAULT),
  after: z.string().max(500).optional(),
});

export const sessionSchema = z.strictObject({
  id: idSchema,
  current: z.boolean(),
  userAgent: z.string(),
  address: z.string(),
  createdAt: timeSchema,
  lastSeenAt: timeSchema,
  expiresAt: timeSchema,
});
/** One place where an account is signed in. */
export type SessionInfo = z.infer<typeof sessionSchema>;
