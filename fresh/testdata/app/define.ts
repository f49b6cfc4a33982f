import { createDefine } from "fresh";

/** What the middlewares of the test application leave for the pages. */
export interface State {
  trail: string[];
}

export const define = createDefine<State>();
