/** Finds `denokv`, the KV server that several servers share, and says how to get it. */
import { join } from "node:path";

/** What a person is told who does not have it. */
export const HOW_TO_GET_DENOKV =
  "denokv is missing: install it with `cargo install denokv --locked` (about 7 minutes, once for a machine)";

/** Where cargo puts programs: CARGO_HOME, or `.cargo` in the home of whoever runs this. */
function folders(): string[] {
  const path = Deno.env.get("PATH")?.split(":") ?? [];
  const cargo = Deno.env.get("CARGO_HOME");
  // HOME may have been set to something else for a run of tests; the account's own stays.
  const homes = [Deno.env.get("HOME"), accountHome()];
  return [
    ...path,
    ...(cargo ? [join(cargo, "bin")] : []),
    ...homes.flatMap((home) => home ? [join(home, ".cargo", "bin")] : []),
  ].filter((folder) => folder !== "");
}

/** The home of this account as the system knows it; null where there is no such list. */
function accountHome(): string | null {
  try {
    const line = Deno.readTextFileSync("/etc/passwd").split("\n")
      .find((line) => line.split(":")[2] === String(Deno.uid()));
    return line?.split(":")[5] ?? null;
  } catch {
    return null;
  }
}

/** The path of the program; null where it is not installed. */
export async function findDenokv(): Promise<string | null> {
  for (const folder of new Set(folders())) {
    const path = join(folder, "denokv");
    const isFile = await Deno.stat(path).then((stat) => stat.isFile, () => false);
    if (isFile) return path;
  }
  return null;
}

if (import.meta.main) {
  const path = await findDenokv();
  console.log(path ?? HOW_TO_GET_DENOKV);
  Deno.exit(path === null ? 1 : 0);
}
