import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
const removeAll = (): void => {
  for (const folder of made) remove(folder);
};
process.on('exit', removeAll);

/** Has a folder removed when this process ends. */
export function removeAtExit(folder: string): void {
  made.add(folder);
}

/** To be called when something was started that has an exit handler of its own, and writes until that has run. */
export function removeFoldersLast(): void {
  process.off('exit', removeAll);
  process.on('exit', removeAll);
}

/** Makes a folder of this process's own; it is gone at the latest when the process ends. */
export function makeTemporaryFolder(): string {
  // short, because VS Code puts sockets into such folders and their paths end at 107 bytes
  const folder = mkdtempSync(join(tmpdir(), 'shotlist-'));
  made.add(folder);
  return folder;
}

/** Removes a folder that `makeTemporaryFolder` made. */
export function removeTemporaryFolder(folder: string): void {
  made.delete(folder);
  remove(folder);
}

function remove(folder: string): void {
  rmSync(folder, { force: true, maxRetries: 10, recursive: true, retryDelay: 200 });
}
