import { mkdirSync, rmSync } from 'node:fs';
import { createVSIX } from '@vscode/vsce';
import { OUT, ROOT, VSIX } from './paths.ts';
import { zipEntries } from './zip.ts';

/** Packs what `npm run build` left in dist/ into out/shotlist.vsix. */
export async function packVsix(): Promise<void> {
  // where packing fails, no older package may be taken for the new one
  rmSync(VSIX, { force: true });
  mkdirSync(OUT, { recursive: true });
  await createVSIX({
    allowMissingRepository: true,
    allowUnusedFilesPattern: true,
    cwd: ROOT,
    dependencies: false,
    packagePath: VSIX,
    // there is no public address yet that they could lead to
    rewriteRelativeLinks: false,
  });
}

/** The files in the packed extension, in order. The hashes in the names of chunks are left out: every change changes them. */
export function packedFiles(): string[] {
  const names = [...zipEntries(VSIX).keys()].map((name) => name.replace(/-[0-9A-Z]{8}\.js$/, '-*.js'));
  return [...new Set(names)].toSorted();
}
