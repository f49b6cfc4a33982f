import type { Browser, Page } from "playwright-core";

/** A page that remembers what went wrong in it: errors, and what the policy refused. */
export async function openPage(
  browser: Browser,
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.setDefaultTimeout(30_000);
  return { page, problems };
}

/** Waits until a page says something. */
export async function untilText(
  page: Page,
  selector: string,
  text: string,
): Promise<void> {
  await page.waitForFunction(
    ([selector, text]) => document.querySelector(selector!)?.textContent === text,
    [selector, text],
  );
}
