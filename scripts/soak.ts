/** `npm run soak`: the long forms of tests, which `npm test` has in a short form. */
import { mocha } from './stages.ts';

const TIMEOUT_MS = 60 * 60_000;

process.env['SOAK'] = '1';
const { failed, passed } = await mocha('test/soak/**/*.test.ts', TIMEOUT_MS);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
