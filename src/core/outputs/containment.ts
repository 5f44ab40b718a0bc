/** Where outputs may go: inside the workspace folder, by name and in truth, unless the person named the place. */
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { ShotlistError } from '../errors.ts';
import type { OutputTarget } from '../generation.ts';
import { splitMediaExtension } from './media-type.ts';

export interface PlaceRequest {
  readonly workspaceFolder: string;
  /** Relative to the workspace folder, from settings or `shotlist.json`. */
  readonly outputFolder: string;
  /** What the person named (`-o`, save dialog): a folder where it is one or ends in a separator, else a file. */
  readonly chosen?: string;
}

const forbidden = new Set(['.git', '.vscode', '.shotlist']);
/** The 8.3 names that Windows gives to the forbidden folders. */
const shortNames = /^(git|vscode|shotli|shotlist)~\d+$/;
/** Characters that macOS leaves out when it compares names. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** Where outputs go. `stem` and `extension` are there where the person named a file. */
export interface OutputPlace extends Omit<OutputTarget, 'stem'> {
  readonly stem?: string;
}

/** @throws ShotlistError `outside_workspace` */
export async function resolvePlace({ workspaceFolder, outputFolder, chosen }: PlaceRequest): Promise<OutputPlace> {
  if (chosen !== undefined) return chosenPlace(chosen);
  const folder = resolve(workspaceFolder, outputFolder);
  await assertContained(workspaceFolder, folder);
  return { folder, chosen: false };
}

async function chosenPlace(chosen: string): Promise<OutputPlace> {
  const path = resolve(chosen);
  const namesFolder = chosen.endsWith('/') || chosen.endsWith(sep) || chosen === '.' || chosen === '..';
  if (namesFolder || (await isFolder(path))) return { folder: path, chosen: true };
  const file = splitMediaExtension(basename(path));
  return {
    folder: dirname(path),
    stem: file.stem,
    chosen: true,
    ...(file.extension === undefined ? {} : { extension: file.extension }),
  };
}

/**
 * Checks that a folder, which need not exist yet, lies in the workspace folder: by its name and, links followed, in
 * truth, and in none of `.git`, `.vscode`, `.shotlist`. Call it again right before writing.
 * @throws ShotlistError `outside_workspace`
 */
export async function assertContained(workspaceFolder: string, folder: string): Promise<void> {
  const root = resolve(workspaceFolder);
  checkInside(root, folder, folder);
  const realRoot = await realpath(root).catch(() => root);
  checkInside(realRoot, await realNearest(folder), folder);
}

/** Whether `path` lies in `folder` or is it, by name only. */
export function isInside(folder: string, path: string): boolean {
  const between = relative(folder, path);
  return between === '' || (between !== '..' && !between.startsWith(`..${sep}`) && !isAbsolute(between));
}

function checkInside(root: string, path: string, shown: string): void {
  if (path.includes('\0') || !isInside(root, path)) throw outside(shown, 'It lies outside the workspace folder.');
  const segments = relative(root, path).split(/[\\/]/);
  const wrong = segments.find(isForbidden);
  if (wrong !== undefined) throw outside(shown, `Nothing is written into ${wrong}.`);
}

function isForbidden(segment: string): boolean {
  // `.git::$INDEX_ALLOCATION` and `.git. ` are `.git` on Windows
  const plain = segment
    .normalize('NFKC')
    .replaceAll(ignorable, '')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[\s.]+$/u, '');
  return forbidden.has(plain) || shortNames.test(plain);
}

/** The real path of the nearest parent that exists, with the rest appended. */
async function realNearest(path: string): Promise<string> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  );
  if (exists) {
    return realpath(path).catch((error: unknown) => {
      throw outside(path, 'It is a link that leads nowhere.', error);
    });
  }
  const parent = dirname(path);
  if (parent === path) return path;
  return resolve(await realNearest(parent), basename(path));
}

function outside(path: string, why: string, cause?: unknown): ShotlistError {
  return new ShotlistError('outside_workspace', `${path} is no place for outputs. ${why}`, {
    hint: 'Choose a folder inside the workspace, or name the place yourself.',
    cause,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
