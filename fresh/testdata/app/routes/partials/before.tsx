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
    <Partial name="list" mode="prepend">
      <li key={`before ${count}`}>before</li>
    </Partial>
  );
}
