/** The contract of what operators and programs ask about the server itself, and of the socket. */
import { z } from "zod";
import { type EndpointSpec, spec } from "../spec.ts";

export const healthSpec = spec({
  method: "GET",
  path: "/api/health",
  summary: "Answers while the process lives",
  tag: "system",
  access: { kind: "public" },
  status: [200],
  data: z.strictObject({ status: z.literal("ok") }),
  unlimited: true,
});

export const readySpec = spec({
  method: "GET",
  path: "/api/ready",
  summary: "200 while the store can be reached and no drain has begun, else 503",
  tag: "system",
  access: { kind: "public" },
  status: [200],
  data: z.strictObject({ status: z.literal("ready") }),
  unlimited: true,
});

export const openApiSpec = spec({
  method: "GET",
  path: "/api/openapi.json",
  summary: "This document",
  tag: "system",
  access: { kind: "public" },
  status: [200],
  data: z.record(z.string(), z.unknown()),
  bare: true,
});

/** Answered by `routes/api/socket`: it checks who asks by itself, before the upgrade. */
export const socketSpec = spec({
  method: "GET",
  path: "/api/socket",
  summary:
    "The WebSocket, subprotocol `skilllink.v1`; by cookie and own Origin, by bearer token, " +
    "or by a ticket as the second subprotocol `ticket.<ticket>`",
  tag: "system",
  access: { kind: "public" },
  status: [101],
  failures: [400, 401, 403],
});

/** Every endpoint under this tag. */
export const system: readonly EndpointSpec[] = [healthSpec, readySpec, openApiSpec, socketSpec];
