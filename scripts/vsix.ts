import { mkdirSync } from 'node:fs';
import { createVSIX } from '@vscode/vsce';
import { OUT, ROOT, VSIX } from './paths.ts';

/** Packs what `npm run build` left in dist/ into out/shotlist.vsix. */
export async function packVsix(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await createVSIX({
    allowMissingRepository: true,
    allowUnusedFilesPattern: true,
    cwd: ROOT,
    dependencies: false,
    packagePath: VSIX,
  });
}
