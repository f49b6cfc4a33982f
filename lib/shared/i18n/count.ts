/** "1 message", "3 messages", with the digits of a language: `counter("en")(3, "message", "messages")`. */
export const counter = (locale: string) => (n: number, one: string, many: string) =>
  n === 1 ? `1 ${one}` : `${n.toLocaleString(locale)} ${many}`;
