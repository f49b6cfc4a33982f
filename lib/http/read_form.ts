/** Reads what a form of a page has sent, with the limits of every other body. */
import { AppError } from "../shared/errors.ts";
import { readBytes } from "./request_input.ts";

/**
 * The fields of an `application/x-www-form-urlencoded` body; the first value of each name.
 * `unsupported` for other types, `too_large` past 64 KiB.
 */
export async function readForm(request: Request): Promise<Map<string, string>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new AppError("unsupported", "Cannot read the form: it must be urlencoded");
  }
  const fields = new Map<string, string>();
  for (
    const [name, value] of new URLSearchParams(new TextDecoder().decode(await readBytes(request)))
  ) {
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}
