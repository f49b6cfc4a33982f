/** A store that fails on purpose: each fault wraps the real call and decides what the caller hears. */

type Committed = Deno.KvCommitResult | Deno.KvCommitError;

/** What goes wrong; what is not named works. May be changed while the store is in use. */
export interface KvFaults {
  /** Stands before every commit; `commit` does it for real. */
  commit?: (commit: () => Promise<Committed>) => Promise<Committed>;
  /** Stands before every `getMany`. */
  getMany?: () => Promise<void>;
  /** True: watches that are opened from now on never ring. */
  deafWatch?: boolean;
  /** True: watches that were opened before do not ring, without a sign. Asked at each ring. */
  silentWatch?: boolean;
}

/** `kv` with `faults` in front of it. */
export function faultyKv(kv: Deno.Kv, faults: KvFaults): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      if (name === "atomic") {
        return () => {
          const atomic = target.atomic();
          const commit = atomic.commit.bind(atomic);
          atomic.commit = () => faults.commit ? faults.commit(commit) : commit();
          return atomic;
        };
      }
      if (name === "getMany" && faults.getMany) {
        const before = faults.getMany;
        return async (...args: Parameters<Deno.Kv["getMany"]>) => {
          await before();
          return await target.getMany(...args);
        };
      }
      if (name === "watch" && faults.deafWatch) return () => new ReadableStream();
      if (name === "watch" && faults.silentWatch !== undefined) {
        return (...args: Parameters<Deno.Kv["watch"]>) =>
          target.watch(...args).pipeThrough(
            new TransformStream({
              transform(entries, stream) {
                if (!faults.silentWatch) stream.enqueue(entries);
              },
            }),
          );
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
