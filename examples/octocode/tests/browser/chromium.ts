import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The installed browser: CHROMIUM_PATH, default /usr/bin/chromium. An error of one line if there is none. */
export function chromiumPath(env: Record<string, string | undefined> = process.env): string {
  const file = env.CHROMIUM_PATH || '/usr/bin/chromium';
  if (!existsSync(file)) throw new Error(`${file} does not exist: install Chromium, or set CHROMIUM_PATH to where it is.`);
  return file;
}

/** Starts it as a container needs it: as root, without a graphics card, and silent towards the rest of the world. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Writes down what went wrong in a page: uncaught errors and failed requests of its own site, and console errors. */
export function watch(page: Page, base: string) {
  const faults: string[] = [];
  const console: string[] = [];
  const own = (url: string) => new URL(url).origin === base;
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed';
    // Aborted means that the page itself did not want it any more, such as the prefetch of a link that was left.
    if (own(request.url()) && reason !== 'net::ERR_ABORTED') faults.push(`${request.method()} ${request.url()}: ${reason}`);
  });
  page.on('response', (response) => {
    if (own(response.url()) && response.status() >= 400) faults.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') console.push(`console: ${message.text()}`);
  });
  return { faults, all: () => [...faults, ...console].join('\n') || 'nothing else was noticed' };
}

/** Leaves NAME.png, and with html also NAME.html, in SCREENSHOT_DIR (default build/browser). */
export async function keep(page: Page, name: string, { html = false } = {}): Promise<void> {
  const dir = process.env.SCREENSHOT_DIR || 'build/browser';
  mkdirSync(dir, { recursive: true });
  if (html) writeFileSync(path.join(dir, `${name}.html`), await page.content());
  await page.screenshot({ path: path.join(dir, `${name}.png`), fullPage: true });
}
