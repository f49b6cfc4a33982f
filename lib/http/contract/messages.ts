/** The contract of `/api/messages`. */
import { z } from "zod";
import { idSchema } from "../../shared/basics.ts";
import {
  conversationSchema,
  conversationsQuery,
  historyQuery,
  messageSchema,
  readBody,
  readStateSchema,
  sendMessageBody,
} from "../../shared/message_schema.ts";
import { type EndpointSpec, spec } from "../spec.ts";

const params = z.strictObject({ id: idSchema });

export const sendMessageSpec = spec({
  method: "POST",
  path: "/api/messages",
  summary: "Send a message; the same clientId again answers 200 with the same message",
  tag: "messages",
  access: { kind: "user" },
  body: sendMessageBody,
  status: [201, 200],
  failures: [404],
  data: messageSchema,
  limit: "send",
});

export const listConversationsSpec = spec({
  method: "GET",
  path: "/api/messages/conversations",
  summary: "Own conversations, the one with the newest message first",
  tag: "messages",
  access: { kind: "user" },
  query: conversationsQuery,
  status: [200],
  data: z.array(conversationSchema),
  paged: true,
});

export const historySpec = spec({
  method: "GET",
  path: "/api/messages/conversation/{id}",
  summary: "A page of messages, ascending; the newest ones if nothing is named. " +
    "The id is a conversation's or the partner's; before, after and around take a seq",
  tag: "messages",
  access: { kind: "user" },
  params,
  query: historyQuery,
  status: [200],
  data: z.array(messageSchema),
  paged: true,
});

export const markReadSpec = spec({
  method: "PUT",
  path: "/api/messages/read/{id}",
  summary: "Move the own read mark up to a seq, or to the newest message; never back",
  tag: "messages",
  access: { kind: "user" },
  params,
  body: readBody,
  status: [200],
  data: readStateSchema,
  limit: "read",
});

/** Every endpoint under this tag. */
export const messages: readonly EndpointSpec[] = [
  sendMessageSpec,
  listConversationsSpec,
  historySpec,
  markReadSpec,
];
