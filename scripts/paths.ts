import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The repository's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the scripts make and git ignores. */
export const OUT = join(ROOT, 'out');

/** The packed extension. */
export const VSIX = join(OUT, 'shotlist.vsix');

/** Screenshots of the UI tests. */
export const TEST_RESULTS = join(ROOT, 'test-results');

/** Where the VS Codes that tests run in are kept between runs; the user's cache folder. */
export const TEST_CACHE = envPaths('shotlist-test', { suffix: '' }).cache;
