import { deepEqual, throws } from "node:assert/strict";
import * as lucide from "lucide-preact";
import * as nodes from "../components/icon_nodes.ts";
import { drawingOf } from "./lucide_drawing.ts";
import { drawings } from "./ui_icons.ts";

Deno.test("the interface's icons are lucide's, and all that the tool lists", () => {
  deepEqual({ ...nodes }, drawings());
});

Deno.test("a name that lucide does not have is refused", () => {
  throws(() => drawingOf(lucide, "NoSuchIcon"), /has no icon NoSuchIcon/);
});
