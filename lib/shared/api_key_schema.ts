/** API keys of other services. */
import { z } from "zod";
import { idSchema, nameSchema, timeSchema } from "./basics.ts";

export const scopeSchema = z.enum(["notifications:send", "metrics:read", "admin"]);
/** What an API key may do; `admin` holds the others. */
export type Scope = z.infer<typeof scopeSchema>;

export const apiKeySchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  scopes: z.array(scopeSchema),
  createdBy: idSchema,
  createdAt: timeSchema,
});
/** A key as its owner may see it: never the key itself. */
export type ApiKeyInfo = z.infer<typeof apiKeySchema>;

export const createApiKeyBody = z.strictObject({
  name: nameSchema,
  scopes: z.array(scopeSchema).min(1).max(scopeSchema.options.length),
});
/** `key` is told this once. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() });
