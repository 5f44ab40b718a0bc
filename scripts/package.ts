/** `npm run package`: builds the extension and packs it. With `--list` the list of packed files that a test holds is renewed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildForProduction } from './build.ts';
import { ROOT } from './paths.ts';
import { packedFiles, packVsix } from './vsix.ts';

await buildForProduction();
await packVsix();
if (process.argv.includes('--list')) {
  writeFileSync(join(ROOT, 'test', 'package', 'files.txt'), `${packedFiles().join('\n')}\n`);
}
