import type { RouteConfig } from "fresh";
import { Partial } from "fresh/runtime";

export const config: RouteConfig = {
  skipAppWrapper: true,
  skipInheritedLayouts: true,
};

let count = 0;

export default function Rows() {
  count++;
  return (
    <Partial name="list" mode="append">
      <li key={`more ${count}`}>more</li>
    </Partial>
  );
}
