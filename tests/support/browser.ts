/** Real browsers for the tests of the whole system. */
import {
  type Browser,
  type BrowserContext,
  chromium,
  type LaunchOptions,
  type Page,
} from "playwright-core";
import { requireChromium } from "../../tools/browsers.ts";

const ARTIFACTS = new URL("../.artifacts/", import.meta.url).pathname;
/** How long anything may take before a test gives up on it. Long: machines that build are slow. */
export const PATIENCE_MS = 30_000;

/** Chromium without anything that calls home; headless unless `HEADED` is set. */
export async function launchChromium(
  options: Pick<LaunchOptions, "ignoreDefaultArgs"> = {},
): Promise<Browser> {
  return await chromium.launch({
    ...options,
    executablePath: await requireChromium(),
    headless: !Deno.env.get("HEADED"),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Sizes that the product is looked at in. */
export const sizes = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  /** What 400 % of a window of 1,280 leaves (WCAG 2.2, 1.4.10). */
  narrow: { width: 320, height: 640 },
} as const;

/** How a window looks at the product. */
export interface WindowOptions {
  size?: keyof typeof sizes;
  theme?: "light" | "dark";
  locale?: string;
  permissions?: string[];
  javaScript?: boolean;
}

/** Somebody's window: cookies and storage of its own. */
export interface Window {
  context: BrowserContext;
  page: Page;
  /** Errors of scripts, of the console and of the content security policy, as they come. */
  problems: string[];
}

/** Opens a window on the product. */
export async function openWindow(
  browser: Browser,
  origin: string,
  { size = "desktop", theme = "light", locale = "en-GB", permissions = [], javaScript = true }:
    WindowOptions = {},
): Promise<Window> {
  const touch = size === "phone";
  const context = await browser.newContext({
    baseURL: origin,
    viewport: sizes[size],
    colorScheme: theme,
    locale,
    permissions,
    javaScriptEnabled: javaScript,
    hasTouch: touch,
    isMobile: touch,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  context.on("page", (page) => collectProblems(page, problems));
  return { context, page: await context.newPage(), problems };
}

/** Errors of scripts and of the console (where a broken content security policy is told as well). */
function collectProblems(page: Page, problems: string[]): void {
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" || /content security policy/i.test(text)) {
      problems.push(`console: ${text} (${message.location().url})`);
    }
  });
}

/** Resolves when nothing moves or fades any more, but for what does so for ever. */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = () =>
      document.getAnimations().filter(({ effect, playState }) =>
        playState === "running" && effect?.getComputedTiming().iterations !== Infinity
      );
    for (let all = passing(); all.length > 0; all = passing()) {
      await Promise.all(all.map(({ finished }) => finished.catch(() => {})));
    }
  });
}

/** Leaves a picture in `tests/.artifacts/screenshots/` (not kept in git). */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${ARTIFACTS}screenshots/${name}.png`, animations: "disabled" });
}

/** What a window showed when its test failed, in `tests/.artifacts/failures/`. */
export async function leaveFailure(page: Page, name: string): Promise<void> {
  const file = name.replaceAll(/[^a-z0-9]+/gi, "-");
  // A window that can't be drawn any more must not hide why the test failed.
  await page.screenshot({ path: `${ARTIFACTS}failures/${file}.png`, timeout: 5_000 })
    .catch(() => {});
}
