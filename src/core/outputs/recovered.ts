/** The last resort for bytes that were paid for and can't be written where they belong. */
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { ShotlistError } from '../errors.ts';
import type { Output } from '../jobs/job.ts';
import { stateFolderName } from '../workspace.ts';
import { codeOf, flushFolder, isTaken, placeNew, removeIfThere, type Disk } from './disk.ts';
import type { FreeNames } from './free-name.ts';
import { sidecarPath } from './sidecar.ts';

export interface Rescue {
  readonly workspaceFolder: string;
  readonly personalFolder: string;
  readonly names: FreeNames;
  readonly disk: Disk;
}

/** The bytes to keep: in memory, or in a file of ours that is moved or copied. */
export type Kept = { readonly bytes: Uint8Array } | { readonly file: string };

/**
 * Keeps the bytes and their sidecar in `.shotlist/recovered`, else in the person's state folder, else in the system's
 * folder for temporary files.
 * @throws ShotlistError `write_failed` where none of them can be written
 */
export async function saveRecovered(
  output: Output,
  kept: Kept,
  { workspaceFolder, personalFolder, names, disk }: Rescue,
): Promise<Output> {
  const extension = extname(output.path);
  const stem = basename(output.path, extension);
  const failures: unknown[] = [];
  for (const parent of [join(workspaceFolder, stateFolderName), personalFolder, join(tmpdir(), 'shotlist')]) {
    try {
      const folder = await realFolder(parent);
      const path = await names.next(folder, stem, extension.slice(1));
      await keep(kept, path, disk);
      // the picture is what counts; a sidecar that can't be written must not make it look lost
      await disk
        .writeNew(sidecarPath(path), Buffer.from(output.sidecarText))
        .catch((error: unknown) => failures.push(error));
      await flushFolder(folder);
      if ('file' in kept) await removeIfThere(kept.file).catch((error: unknown) => failures.push(error));
      return { ...output, path, placed: true };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new ShotlistError('write_failed', `${output.path} couldn't be written, and no other place took the file.`, {
    hint: 'Free some space on the disk.',
    cause: new AggregateError(failures),
  });
}

/** A second name costs no room on a disk that may be full; on another disk the bytes have to be copied. */
async function keep(kept: Kept, path: string, disk: Disk): Promise<void> {
  if ('bytes' in kept) {
    await disk.writeNew(path, kept.bytes);
    return;
  }
  try {
    await placeNew(kept.file, path, disk);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || !(await isTaken(kept.file))) throw error;
    await disk.copyNew(kept.file, path);
  }
}

/** `recovered` in that folder, neither of them a link that leads elsewhere. */
async function realFolder(parent: string): Promise<string> {
  const folder = join(parent, 'recovered');
  await mkdir(folder, { recursive: true });
  for (const path of [parent, folder]) {
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a real folder`);
  }
  return folder;
}
