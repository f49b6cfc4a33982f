/** People come to logs at a time; what is sent afterwards must be later, whatever the clocks say. */
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import type { HeadRow } from "./notification_rows.ts";

/**
 * No notification gets a time before `at` (ms) from now on. Somebody who came while a server's clock
 * was ahead would be shown nothing of what is sent once it is set back.
 */
export function arrivalWrite(at: number): JournalOperation<void> {
  return {
    shard: NOTIFICATION_SHARD,
    reads: [keys.notificationHead()],
    apply(view) {
      const head = view.get<HeadRow>(keys.notificationHead());
      if ((head?.at ?? 0) >= at) return;
      view.set(keys.notificationHead(), { seq: head?.seq ?? 0, at } satisfies HeadRow);
    },
  };
}
