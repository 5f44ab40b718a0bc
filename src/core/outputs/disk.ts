/** The few things that writing an asset asks of a file system; tests put a faulty one in its place. */
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises';

export interface Disk {
  /** Creates a file that must not exist, writes all bytes and flushes them. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** Creates a file that must not exist, to be filled piece by piece. */
  createNew(path: string): Promise<NewFile>;
  /** Creates a file that must not exist with the bytes of another, and flushes it. */
  copyNew(from: string, to: string): Promise<void>;
  /** Gives a file a second name that must not exist. */
  link(from: string, to: string): Promise<void>;
}

export type NewFile = Pick<FileHandle, 'write' | 'truncate' | 'datasync' | 'close'>;

export const systemDisk: Disk = {
  async writeNew(path, bytes) {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  createNew: (path) => open(path, 'wx'),
  async copyNew(from, to) {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    const file = await open(to, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  link,
};

/** What file systems and systems say that have no hard links: exFAT, some network and container mounts. */
const linkRefusals = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EACCES', 'EXDEV']);

/**
 * Gives the file `from` the name `to` if nothing has that name: never overwrites. With hard links `from` stays as a
 * second name; without them the name is reserved by an empty file first, over which `from` is then renamed.
 * A process killed between these two leaves the empty file, which costs a name and nothing else.
 * @throws an error with code `EEXIST` where the name is taken
 */
export async function placeNew(from: string, to: string, disk: Disk): Promise<void> {
  try {
    await disk.link(from, to);
    return;
  } catch (error) {
    if (!linkRefusals.has(codeOf(error))) throw error;
  }
  const reserved = await open(to, 'wx');
  await reserved.close();
  try {
    await rename(from, to);
  } catch (error) {
    await removeIfThere(to);
    throw error;
  }
}

/** Makes new names in a folder durable. Windows can't and needn't. */
export async function flushFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // a system that can't flush folders keeps names in its own journal
  } finally {
    await handle?.close();
  }
}

export async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

/** Whether anything has that name, a link that leads nowhere too. */
export async function isTaken(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Whether two names are one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([
    lstat(one, { bigint: true }).catch(() => undefined),
    lstat(other, { bigint: true }).catch(() => undefined),
  ]);
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}

/** `ENOENT` and the like; empty for errors of another kind. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
