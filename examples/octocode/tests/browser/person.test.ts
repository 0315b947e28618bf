import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { keep, launch, watch } from './chromium';

const { base, email, password } = inject('target');
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  // Chromium takes private authorities from a database of its own only. That the certificate is good is shown by the
  // smoke tests, which verify it in every request.
  const context = await browser.newContext({ baseURL: base, ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
});
afterAll(() => browser?.close());

test('a person signs in, hands a task over, watches it live and reads the result', async () => {
  const seen = watch(page, base);
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(new URL(socket.url()).origin));
  try {
    await person();
    expect(sockets).toContain(base.replace('https:', 'wss:'));
    expect(seen.faults).toEqual([]);
  } catch (thrown) {
    const error = thrown as Error;
    await keep(page, 'failure', { html: true }).catch(() => {}); // what failed before is what counts
    // Playwright repeats what it types.
    const masked = (text = '') => text.replaceAll(password, '***');
    error.stack = masked(error.stack);
    error.message = masked(`${error.message}\n\nThe page told:\n${seen.all()}`);
    throw error;
  }
});

async function person() {
  await page.goto('/');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/dashboard');
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();

  // Lost with the first reload: everything from here on has to arrive by itself.
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const title = `Browser test of ${new Date().toISOString()}`;
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Description').fill('Go through everything once, please.');
  await page.getByRole('button', { name: 'Hand over' }).click();

  const card = page.getByRole('listitem').filter({ hasText: title });
  const progress = card.getByRole('progressbar');
  await card.getByText('Running', { exact: true }).waitFor();
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 15_000 }).toBeGreaterThan(0);
  await card.getByText('Done', { exact: true }).waitFor({ timeout: 45_000 });
  expect(await progress.getAttribute('aria-valuenow')).toBe('100');

  await card.getByRole('link', { name: title }).click();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title);
  expect(await page.getByRole('region', { name: 'Result' }).locator('pre').textContent()).toMatch(/\S/);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  await keep(page, 'result');
}
