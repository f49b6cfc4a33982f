import { computed, signal } from "@preact/signals";
import Box from "../islands/Box.tsx";
import Counter from "../islands/Counter.tsx";
import { Plus, Show } from "../islands/Linked.tsx";
import Titled from "../islands/Titled.tsx";
import Types from "../islands/Types.tsx";
import { makeValues } from "../lib/values.ts";

export default function Islands() {
  const value = signal(1);
  const double = computed(() => value.value * 2);
  return (
    <main>
      <Counter id="a" start={3} />
      <Counter id="b" start={5} />
      <Plus value={value} />
      <Show value={value} double={double} />
      <Box label={<em>label</em>} hidden={<Counter id="inner" start={70} />}>
        <p class="child">from the server</p>
        <Counter id="nested" start={50} />
      </Box>
      <Titled />
      <Types values={makeValues()} />
    </main>
  );
}
