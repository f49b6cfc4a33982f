/** Push as the page sees it: what does the work is loaded after the page has come to life. */
import { signal } from "@preact/signals";
import type { PushKeeper } from "./push_client.ts";
import type { Api, PushModel, PushState } from "./types.ts";

export interface LazyPush extends PushModel {
  start(): void;
  /** See {@link PushKeeper.leave}. */
  leave(): Promise<void>;
}

/** `load` is called once, by `start`; before it is through, the state is `unknown`. */
export function createPushModel(api: Api, load: () => Promise<PushKeeper>): LazyPush {
  const state = signal<PushState>({ kind: "unknown" });
  const suggest = signal(false);
  // Kept as a value: a browser grants the question only in the very turn of the click.
  let keeper: PushKeeper | null = null;
  return {
    state,
    suggest,
    dismiss: () => keeper?.dismiss(),
    enable: () => keeper?.enable(),
    disable: () => keeper?.disable(),
    test: () => api.testPush(),
    leave: () => keeper?.leave() ?? Promise.resolve(),
    start() {
      load().then((loaded) => {
        keeper = loaded;
        loaded.state.subscribe((next) => void (state.value = next));
        loaded.suggest.subscribe((next) => void (suggest.value = next));
        return loaded.start();
      }).catch(reportError);
    },
  };
}
