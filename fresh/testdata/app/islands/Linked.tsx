import type { Signal } from "@preact/signals";

/** Two exports of one file are two islands. */
export function Plus({ value }: { value: Signal<number> }) {
  return <button type="button" id="plus" onClick={() => value.value++}>plus</button>;
}

export function Show(
  { value, double }: {
    value: Signal<number>;
    double: { readonly value: number };
  },
) {
  return <output id="shown">{value.value} and {double.value}</output>;
}
