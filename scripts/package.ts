/** `npm run package`: builds the extension and packs it. */
import { buildForProduction } from './build.ts';
import { packVsix } from './vsix.ts';

await buildForProduction();
await packVsix();
