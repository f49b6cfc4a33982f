import { useSignal } from "@preact/signals";
import { IS_BROWSER } from "fresh/runtime";

export default function Counter({ id, start }: { id: string; start: number }) {
  const count = useSignal(start);
  return (
    <div id={id} data-browser={String(IS_BROWSER)}>
      <output>{count}</output>
      <button type="button" onClick={() => count.value++}>+</button>
    </div>
  );
}
