/** Finds names that nothing has yet, also for several outputs of this process that ask at the same time. */
import { join } from 'node:path';
import { isTaken } from './disk.ts';
import { sidecarPath } from './sidecar.ts';

export interface FreeNames {
  /**
   * The path of `stem.extension` in the folder, or of `stem-2`, `stem-3` … where a file or a sidecar has the name.
   * It is never given twice; another process may still take it first.
   */
  next(folder: string, stem: string, extension: string): Promise<string>;
}

export function createFreeNames(): FreeNames {
  /** The number to try next, by name in lower case: some file systems know no difference. */
  const upcoming = new Map<string, number>();
  return {
    async next(folder, stem, extension) {
      const key = join(folder, `${stem}.${extension}`).toLowerCase();
      for (;;) {
        const number = upcoming.get(key) ?? 1;
        upcoming.set(key, number + 1);
        const path = join(folder, `${stem}${number === 1 ? '' : `-${number}`}.${extension}`);
        if (!(await isTaken(path)) && !(await isTaken(sidecarPath(path)))) return path;
      }
    },
  };
}
