/** From what a peer sent to frames: size, form and schema are checked here (R10). */
import { BODY_MAX_BYTES, closeCode, FRAMES_PER_ARRAY } from "../shared/limits.ts";
import { type ClientFrame, clientFrameSchema } from "../shared/protocol.ts";

/** A frame, or what is wrong with it: then `clientId` says which send it was. */
export type Input =
  | { ok: true; frame: ClientFrame }
  | { ok: false; clientId: string | undefined; message: string };

/** Frames to answer, or the reason to close. */
export type Received =
  | { kind: "frames"; inputs: Input[] }
  | { kind: "close"; code: number; reason: string };

const encoder = new TextEncoder();

/** Reads one socket message. */
export function readMessage(data: unknown): Received {
  if (typeof data !== "string") {
    return { kind: "close", code: closeCode.protocol, reason: "binary messages are refused" };
  }
  if (bytesExceed(data, BODY_MAX_BYTES)) {
    return { kind: "close", code: closeCode.frameTooLarge, reason: "message above 64 KiB" };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    return { kind: "close", code: closeCode.protocol, reason: "not JSON" };
  }
  if (!Array.isArray(parsed)) return { kind: "frames", inputs: [readFrame(parsed)] };
  if (parsed.length > FRAMES_PER_ARRAY) {
    return {
      kind: "close",
      code: closeCode.tooSlow,
      reason: `more than ${FRAMES_PER_ARRAY} frames at once`,
    };
  }
  if (parsed.length === 0) {
    return { kind: "frames", inputs: [{ ok: false, clientId: undefined, message: "no frame" }] };
  }
  return { kind: "frames", inputs: parsed.map(readFrame) };
}

function readFrame(value: unknown): Input {
  const parsed = clientFrameSchema.safeParse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const given = value as { clientId?: unknown } | null;
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    clientId: typeof given?.clientId === "string" && given.clientId.length <= 128
      ? given.clientId
      : undefined,
    message: issue
      ? `Cannot read frame: ${[issue.path.join("."), issue.message].filter(Boolean).join(": ")}`
      : "Cannot read frame",
  };
}

/** UTF-8 takes one to three bytes a UTF-16 unit, so most texts need no counting. */
function bytesExceed(text: string, max: number): boolean {
  if (text.length > max) return true;
  return text.length * 3 > max && encoder.encode(text).length > max;
}
