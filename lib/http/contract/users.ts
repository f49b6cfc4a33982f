/** The contract of `/api/users`. */
import { z } from "zod";
import { peopleQuery, personSchema, updateMeBody, userSchema } from "../../shared/user_schema.ts";
import { type EndpointSpec, spec } from "../spec.ts";

export const getMeSpec = spec({
  method: "GET",
  path: "/api/users/me",
  summary: "The own profile, with the role that is in force",
  tag: "users",
  access: { kind: "user" },
  status: [200],
  data: userSchema,
});

export const updateMeSpec = spec({
  method: "PATCH",
  path: "/api/users/me",
  summary: "Change the own name or picture",
  tag: "users",
  access: { kind: "user" },
  body: updateMeBody,
  status: [200],
  data: userSchema,
  limit: "profile",
});

export const searchPeopleSpec = spec({
  method: "GET",
  path: "/api/users",
  summary: "People by the beginnings of the words of their names; everybody without a query. " +
    "A page may be short: only `after: null` is the end",
  tag: "users",
  access: { kind: "user" },
  query: peopleQuery,
  status: [200],
  data: z.array(personSchema),
  paged: true,
  limit: "search",
});

/** Every endpoint under this tag. */
export const users: readonly EndpointSpec[] = [getMeSpec, updateMeSpec, searchPeopleSpec];
