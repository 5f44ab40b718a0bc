/** The one writer of assets. Its steps can be repeated from any point after a crash: recovery calls the same function. */
import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Output } from '../jobs/job.ts';
import { codeOf, flushFolder, isSameFile, isTaken, placeNew, removeIfThere, type Disk } from './disk.ts';
import { sha256OfFile } from './file-hash.ts';
import { sidecarPath } from './sidecar.ts';

export interface Placing {
  readonly disk: Disk;
  /** Throws where the folder is no longer a place for outputs; called right before each name is made. */
  readonly checkFolder: (folder: string) => Promise<void>;
  /** Chooses the next free path for an output whose name is taken, and records it before it returns. */
  readonly moveOn: (output: Output) => Promise<Output>;
}

/** Neither the temporary file nor the asset is there, or they don't hold the bytes of the record. */
export class LostBytes extends Error {
  override readonly name = 'LostBytes';
}

/** Temporary files of a job have this in common, so that recovery finds them. */
export function temporaryPrefix(jobId: string): string {
  return `.shotlist-${jobId}-`;
}

export function temporaryPath(folder: string, jobId: string, index: number): string {
  return join(folder, `${temporaryPrefix(jobId)}${index}.tmp`);
}

/**
 * Gives the bytes in the temporary file their final name, then writes the sidecar beside them; never overwrites.
 * Both are durable and the temporary files gone when this returns.
 * @returns the output as it was placed: the name may have got another number
 * @throws LostBytes; ShotlistError `outside_workspace`; errors of the file system
 */
export async function placeOutput(output: Output, placing: Placing): Promise<Output> {
  let current = output;
  for (;;) {
    const folder = dirname(current.path);
    await placing.checkFolder(folder);
    if ((await placeAsset(current, placing.disk)) && (await placeSidecarOrWithdraw(current, placing.disk))) {
      await Promise.all([removeIfThere(current.temporaryPath), flushFolder(folder)]);
      return { ...current, placed: true };
    }
    current = await placing.moveOn(current);
  }
}

/** False where the name is taken by another file. */
async function placeAsset(output: Output, disk: Disk): Promise<boolean> {
  try {
    await placeNew(output.temporaryPath, output.path, disk);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
  if (await isTaken(output.temporaryPath)) return isSameFile(output.temporaryPath, output.path);
  // An earlier attempt may have got further. With hard links the temporary file goes last, so the sidecar must be there;
  // without them it goes first. Another job's picture of the same bytes is not taken for ours.
  if (await holds(output.path, output.facts.sha256)) {
    const sidecar = sidecarPath(output.path);
    if (await holdsText(sidecar, output.sidecarText)) return true;
    if (!(await isTaken(sidecar)) && !(await canLink(output, disk))) return true;
  }
  throw new LostBytes(`nothing holds the bytes of ${output.path}`);
}

/** An asset never stays without its sidecar: where that can't be placed, only the temporary file is left. */
async function placeSidecarOrWithdraw(output: Output, disk: Disk): Promise<boolean> {
  let placed = false;
  try {
    placed = await placeSidecar(output, disk);
    return placed;
  } finally {
    if (!placed) await withdraw(output);
  }
}

/** False where the name is taken by another file. */
async function placeSidecar(output: Output, disk: Disk): Promise<boolean> {
  const path = sidecarPath(output.path);
  const temporary = sidecarPath(output.temporaryPath);
  // an earlier attempt may have left it, before or after it got its name
  await removeIfThere(temporary);
  if (await isTaken(path)) return holdsText(path, output.sidecarText);
  try {
    await disk.writeNew(temporary, Buffer.from(output.sidecarText));
    await placeNew(temporary, path, disk);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await removeIfThere(temporary);
  }
}

async function canLink(output: Output, disk: Disk): Promise<boolean> {
  try {
    await disk.link(output.path, output.temporaryPath);
  } catch {
    return false;
  }
  await removeIfThere(output.temporaryPath);
  return true;
}

async function withdraw(output: Output): Promise<void> {
  if (await isSameFile(output.temporaryPath, output.path)) await removeIfThere(output.path);
  else await rename(output.path, output.temporaryPath);
}

/** Whether a file holds exactly the bytes with that hash. */
export async function holds(path: string, sha256: string): Promise<boolean> {
  return (await sha256OfFile(path)) === sha256;
}

async function holdsText(path: string, text: string): Promise<boolean> {
  return (await readFile(path, 'utf8').catch(() => undefined)) === text;
}
