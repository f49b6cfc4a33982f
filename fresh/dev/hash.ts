/** The first 128 bits of SHA-256 in hex: enough to tell contents apart for good. */
export async function hashOf(
  content: Uint8Array<ArrayBuffer> | string,
): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.slice(0, 16).toHex();
}
