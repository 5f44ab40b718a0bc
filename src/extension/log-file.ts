/** A log file that outlives the window, shared by all windows, with its older part beside it. */
import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface LogFile {
  readonly path: string;
  append(line: string): void;
  /** The last lines, also those of the older part where the file is short. */
  tail(lines: number): Promise<string[]>;
  /** Resolves when everything appended so far is in the file, as far as it can be written. */
  flush(): Promise<void>;
}

/** The file becomes `PATH.1` (replacing that) where it is larger than `maxBytes` when something is to be written. */
export function createLogFile(path: string, maxBytes: number): LogFile {
  const older = `${path}.1`;
  let pending = '';
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    if (pending === '') return;
    const text = pending;
    pending = '';
    try {
      await mkdir(dirname(path), { recursive: true });
      const size = (await stat(path).catch(() => undefined))?.size ?? 0;
      // another window may have moved it in the meantime, which is as good
      if (size > maxBytes) await rename(path, older).catch(() => undefined);
      await appendFile(path, text, { mode: 0o600 });
    } catch {
      // a log that can't be written must not stop what it logs; the output channel still has it
    }
  }

  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };
  return {
    path,
    append(line) {
      pending += `${line}\n`;
      void flush();
    },
    async tail(lines) {
      await flush();
      const parts = await Promise.all([older, path].map((file) => readFile(file, 'utf8').catch(() => '')));
      return parts.join('').trimEnd().split('\n').slice(-lines);
    },
    flush,
  };
}
