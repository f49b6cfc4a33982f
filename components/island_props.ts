import type { InitialState } from "../lib/client/types.ts";
import type { ViewSettings } from "./ui/view.tsx";

/** What a page gives to each of its islands: always the same two objects. */
export interface IslandProps {
  initial: InitialState;
  settings: ViewSettings;
}
