/** Loads `node:sqlite` without the warning that older Node versions print for it, and names its errors. */
import type { DatabaseSync } from 'node:sqlite';
import { ShotlistError } from '../errors.ts';

const busyTimeoutMs = 5;
/** Result codes of SQLite (sqlite.org/rescode.html); the low byte of an extended code. */
const resultCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const;

/** Loading is synchronous, so nothing else can emit a warning meanwhile. */
export function loadSqlite(): { readonly DatabaseSync: typeof DatabaseSync } {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  const original = process.emitWarning.bind(process) as (...parameters: unknown[]) => void;
  process.emitWarning = (...parameters: unknown[]) => {
    const isAboutSqlite = parameters.includes('ExperimentalWarning') && String(parameters[0]).includes('SQLite');
    if (!isAboutSqlite) original(...parameters);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    if (own === undefined) Reflect.deleteProperty(process, 'emitWarning');
    else Object.defineProperty(process, 'emitWarning', own);
  }
}

/** Opens a database file that the caller has checked to be ours. */
export function openDatabase(path: string): DatabaseSync {
  const connection = new (loadSqlite().DatabaseSync)(path, { timeout: busyTimeoutMs, allowExtension: false });
  try {
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL;');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === resultCodes.busy || code === resultCodes.locked;
}

/** Whether the file is no database or a broken one. */
export function isDamaged(error: unknown): boolean {
  const code = resultCode(error);
  return code === resultCodes.corrupt || code === resultCodes.notDatabase;
}

/** As SQLite itself would report it. */
export function damagedError(what: string): Error {
  return Object.assign(new Error(what), { errcode: resultCodes.corrupt });
}

/** What a person understands of an error of SQLite; other errors as they are. */
export function journalError(error: unknown): ShotlistError {
  const code = resultCode(error);
  if (code === undefined) return ShotlistError.from(error);
  if (isDamaged(error)) {
    return new ShotlistError('internal', 'The journal of this workspace (.shotlist/shotlist.db) is damaged.', {
      hint: 'It is set aside at the next start; the files that were made are not touched.',
      cause: error,
    });
  }
  const reasons: Readonly<Record<number, string>> = {
    [resultCodes.full]: 'the disk is full',
    [resultCodes.readOnly]: 'it is read-only',
    [resultCodes.cannotOpen]: 'it cannot be opened',
    [resultCodes.ioError]: 'the disk reports an error',
    [resultCodes.busy]: 'another process holds it for too long',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new ShotlistError('write_failed', `The journal of this workspace can't be written: ${reason}.`, {
    hint: 'Look at the folder .shotlist in the workspace.',
    retryable: isBusy(error),
    cause: error,
  });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
