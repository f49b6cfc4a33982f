/** Parts of a page that are loaded when they are first wanted. */
import { useEffect, useState } from "preact/hooks";

/** What has become of a part that is loaded later. */
export type Later<T> = { kind: "waiting" } | { kind: "ready"; part: T } | { kind: "failed" };

/**
 * Loads `load()` once `wanted` is true, and keeps it. A load that failed is tried again the next time
 * that `wanted` turns true.
 */
export function useLater<T>(wanted: boolean, load: () => Promise<T>): Later<T> {
  const [later, setLater] = useState<Later<T>>({ kind: "waiting" });
  useEffect(() => {
    if (!wanted || later.kind === "ready") return;
    let gone = false;
    const settle = (next: Later<T>) => {
      if (!gone) setLater(next);
    };
    settle({ kind: "waiting" });
    load().then((part) => settle({ kind: "ready", part }), () => settle({ kind: "failed" }));
    return () => gone = true;
  }, [wanted]);
  return later;
}
