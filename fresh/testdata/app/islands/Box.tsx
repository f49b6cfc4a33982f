import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props {
  label: ComponentChildren;
  hidden: ComponentChildren;
  children?: ComponentChildren;
}

/** Shows one element at once and another one on demand. */
export default function Box({ label, hidden, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <section id="box">
      <h2>{label}</h2>
      <button type="button" id="open" onClick={() => setOpen(!open)}>
        {open ? "close" : "open"}
      </button>
      {open ? <div id="hidden">{hidden}</div> : null}
      {children}
    </section>
  );
}
