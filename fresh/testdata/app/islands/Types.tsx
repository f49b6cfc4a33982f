import { useEffect, useState } from "preact/hooks";
import { describe, type Values } from "../lib/values.ts";

/** Says what arrived, once it runs in the browser. */
export default function Types({ values }: { values: Values }) {
  const [text, setText] = useState("server");
  useEffect(() => setText(JSON.stringify(describe(values))), []);
  return <pre id="types">{text}</pre>;
}
