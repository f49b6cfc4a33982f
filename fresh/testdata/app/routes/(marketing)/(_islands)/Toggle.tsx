import { useSignal } from "@preact/signals";

export default function Toggle() {
  const on = useSignal(false);
  return (
    <button type="button" id="toggle" onClick={() => on.value = !on.value}>
      {on.value ? "on" : "off"}
    </button>
  );
}
