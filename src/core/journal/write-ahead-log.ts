/**
 * Flushes SQLite's write-ahead log outside the main thread. SQLite itself would flush it in the call that commits
 * (`synchronous = FULL`), and would hold up an extension host or a terminal for as long as the disk takes.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ShotlistError } from '../errors.ts';

/**
 * A checkpoint waits for the disk in the main thread, so it is left to the end of the last process that has the file
 * open, unless the log grows beyond this (pages of 4 KiB).
 */
const checkpointPages = 8_000;

export interface LogFlush {
  /** All transactions committed before the call are durable when it resolves. @throws ShotlistError `write_failed` */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes flushing over from a connection in WAL mode: SQLite then flushes only around checkpoints, which keeps the file
 * sound (sqlite.org/pragma.html#pragma_synchronous), and `flush` adds the durability of `FULL`. Undefined for a
 * connection in another mode; SQLite goes on flushing by itself there.
 */
export function takeOverFlushing(connection: DatabaseSync): LogFlush | undefined {
  const mode = connection.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
  const path = connection.location();
  if (mode !== 'wal' || path === null) return undefined;
  connection.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  let opening: Promise<FileHandle> | undefined;
  return {
    async flush() {
      // the log stays this file as long as the connection is open
      opening ??= openLog(path);
      try {
        await (await opening).datasync();
      } catch (error) {
        opening = undefined;
        const reason = error instanceof Error ? error.message : String(error);
        throw new ShotlistError('write_failed', `The journal of this workspace can't be written: ${reason}.`, {
          hint: 'Look at the folder .shotlist in the workspace.',
          cause: error,
        });
      }
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

/** A log that was just made has its name flushed too. */
async function openLog(databasePath: string): Promise<FileHandle> {
  const log = await open(`${databasePath}-wal`, 'r+');
  // Windows opens no folders, and flushes names with the file
  if (process.platform === 'win32') return log;
  const folder = await open(dirname(databasePath), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return log;
}
