/** Larger files are streamed; smaller ones are read at once, which takes fewer turns. */
const STREAM_FROM = 1 << 20;

/** The content of a file as the body of a response. */
export async function readBody(
  file: URL | string,
  size: number,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  if (size < STREAM_FROM) return await Deno.readFile(file);
  return (await Deno.open(file)).readable;
}
