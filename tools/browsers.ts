/** Finds the browsers that tests drive, and installs them where that can be done. */

/** A browser, or what one needs, and where it may be. */
interface Browser {
  /** Its Debian package. */
  name: string;
  paths: readonly string[];
}

const chromium: Browser = {
  name: "chromium",
  paths: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
};
const firefox: Browser = { name: "firefox-esr", paths: ["/usr/bin/firefox-esr"] };
/** Without it emoji are empty boxes in screenshots; no test fails for that. */
const emoji: Browser = {
  name: "fonts-noto-color-emoji",
  paths: ["/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"],
};

/** Path of Chromium; throws with the way to get it. */
export function requireChromium(): Promise<string> {
  return require(chromium);
}

/** Path of Firefox ESR; throws with the way to get it. */
export function requireFirefox(): Promise<string> {
  return require(firefox);
}

/**
 * Installs the browsers that are missing, with apt-get, as root or by sudo without a password.
 * Resolves to a line for each that is still missing: its tests fail.
 */
export async function ensureBrowsers(): Promise<string[]> {
  const missing: Browser[] = [];
  for (const part of [chromium, firefox, emoji]) if (!await find(part)) missing.push(part);
  if (missing.length === 0) return [];
  await install(missing.map((part) => part.name));
  const lines: string[] = [];
  for (const part of missing) {
    if (part !== emoji && !await find(part)) lines.push(explain(part));
  }
  return lines;
}

async function require(browser: Browser): Promise<string> {
  const path = await find(browser);
  if (path === null) throw new Error(explain(browser));
  return path;
}

function explain({ name, paths }: Browser): string {
  return `Cannot test in a browser: ${name} is not at ${paths.join(" or ")}. ` +
    `Install it, on Debian or Ubuntu with: sudo apt-get install -y ${name}`;
}

async function find({ paths }: Browser): Promise<string | null> {
  for (const path of paths) {
    if (await exists(path)) return path;
  }
  return null;
}

async function install(packages: string[]): Promise<void> {
  if (!await exists("/usr/bin/apt-get")) return;
  const asRoot = Deno.uid() === 0 ? [] : ["sudo", "-n"];
  if (asRoot.length > 0 && !await exists("/usr/bin/sudo")) return;
  console.log(`Installing ${packages.join(" and ")}…`);
  // Where no network is, that should be known soon; a browser is worth trying again.
  const retries = packages.some((name) => name !== emoji.name) ? 3 : 0;
  const soon = ["-o", `Acquire::Retries=${retries}`, "-o", "Acquire::http::Timeout=10"];
  for (
    const args of [[...soon, "update"], [
      ...soon,
      "install",
      "-y",
      "--no-install-recommends",
      ...packages,
    ]]
  ) {
    const [command = "", ...rest] = [...asRoot, "apt-get", ...args];
    const { success } = await new Deno.Command(command, {
      args: rest,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).output();
    if (!success) return;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
