/** Renders media/icon.svg into media/icon.png, the 128 px picture that VS Code shows of the extension. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../test/host/chromium.ts';
import { ROOT } from './paths.ts';

const SIZE = 128;
const svg = readFileSync(join(ROOT, 'media', 'icon.svg')).toString('base64');
const browser = await chromium.launch({ args: ['--no-sandbox'], executablePath: ensureChromium() });
try {
  const page = await browser.newPage({ viewport: { height: SIZE, width: SIZE } });
  await page.setContent(
    `<style>body { margin: 0 }</style><img width="${SIZE}" src="data:image/svg+xml;base64,${svg}">`,
  );
  await page.screenshot({ omitBackground: true, path: join(ROOT, 'media', 'icon.png') });
} finally {
  await browser.close();
}
