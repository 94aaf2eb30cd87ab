import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatReportHtml } from '../../collector/src/cli/report-html/format-report-html.ts';
import { toShown } from '../../collector/src/cli/tell-answer.ts';
import { REPORT } from '../collector/api/report-example.ts';
import { startBrowser } from '../support/browser/start-browser.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';

// The report's HTML in a real browser, in both of its colours. TRIMTAB_SCREENSHOTS=FOLDER keeps what was seen.

const cleanUp = createCleanUp((line) => console.error(line));
let browser: Browser;
let url: string;

beforeAll(async () => {
  const folder = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp(join(tmpdir(), 'trimtab-report-')),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const file = join(folder, 'report.html');
  await writeFile(file, formatReportHtml(toShown(REPORT), { timeZone: 'UTC' }));
  url = pathToFileURL(file).href;
  browser = await cleanUp.make({ what: 'the browser', make: startBrowser, undo: (made) => made.close() });
});

afterAll(() => cleanUp.run());

/** The contrast of two colours as WCAG counts it. */
const CONTRAST = `(() => {
  const light = (text) => {
    const [r, g, b] = text.match(/\\d+/g).map((part) => Number(part) / 255);
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('p, td, th, h1, h2')].map((element) => {
    const ink = light(getComputedStyle(element).color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
})()`;

/** What the page complained of, or asked for besides itself. */
async function open(page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url) problems.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  return problems;
}

it.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
] as const)('opens without an error, and can be read: $colorScheme, $width wide', async ({ colorScheme, width }) => {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  expect(await open(page)).toEqual([]);
  // Nobody scrolls sideways.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  const contrasts = (await page.evaluate(CONTRAST)) as number[];
  expect(Math.min(...contrasts)).toBeGreaterThan(4.5);
  // Twelve days with trims, and the one pool that has levels.
  expect(await page.locator('rect.bar').count()).toBe(new Set(REPORT.rows.map(({ day }) => day)).size);
  expect(await page.locator('polyline.level').count()).toBe(1);
  const folder = process.env.TRIMTAB_SCREENSHOTS;
  if (folder !== undefined)
    await page.screenshot({ path: join(folder, `report-${colorScheme}-${width}.png`), fullPage: true });
  await page.close();
});
