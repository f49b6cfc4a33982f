/** Real browsers for the tests of the whole system. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { requireChromium } from "../../tools/browsers.ts";

const ARTIFACTS = new URL("../.artifacts/", import.meta.url).pathname;

/** Chromium without anything that calls home; headless unless `HEADED` is set. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
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

/** Sizes that screenshots are taken in. */
export const sizes = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

/** How a window looks at the product. */
export interface WindowOptions {
  size?: keyof typeof sizes;
  theme?: "light" | "dark";
  locale?: string;
  permissions?: string[];
}

/** Somebody's window: cookies and storage of its own. */
export async function openWindow(
  browser: Browser,
  origin: string,
  { size = "desktop", theme = "light", locale = "en-GB", permissions = [] }: WindowOptions = {},
): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: sizes[size],
    colorScheme: theme,
    locale,
    permissions,
    hasTouch: size === "phone",
    isMobile: size === "phone",
  });
  const page = await context.newPage();
  return { context, page, problems: collectProblems(page) };
}

/** Errors of scripts and of the console, as they come: a test ends by expecting none. */
export function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  return problems;
}

/** Leaves a picture in `tests/.artifacts/` (not kept in git). */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${ARTIFACTS}${name}.png`, animations: "disabled" });
}
