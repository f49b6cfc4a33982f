/** Addresses as limits count them. */

/**
 * The network that one subscriber has: an IPv4 address as it is, of an IPv6 address the first 64
 * bits, because each customer gets at least that many (RFC 6177). Anything else stays as it is.
 */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().split("%")[0] ?? "";
  if (!plain.includes(":")) return address;
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped) return mapped;
  const [head = "", tail] = plain.split("::", 2);
  const groups = head === "" ? [] : head.split(":");
  const behind = tail ? tail.split(":").length : 0;
  if (tail !== undefined) { while (groups.length + behind < 8) groups.push("0"); }
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
