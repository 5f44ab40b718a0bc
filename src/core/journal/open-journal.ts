/** Opens the journal of a workspace, makes it where there is none, and sets a foreign or broken one aside. */
import type { DatabaseSync } from 'node:sqlite';
import type { Environment } from '../environment.ts';
import { createDatabase } from './database.ts';
import { createJournal, type Journal } from './journal.ts';
import { isCurrent, migrate } from './journal-schema.ts';
import { describeOwner } from './owner.ts';
import { damagedError, isBusy, isDamaged, journalError, openDatabase } from './sqlite.ts';
import { ensureDatabase, ensureStateFolder, setAside } from './state-folder.ts';

export interface JournalOptions {
  readonly workspaceFolder: string;
  readonly personalFolder: string;
  readonly environment: Environment;
  /** Told in one sentence when another journal had to be set aside. */
  readonly warn: (message: string) => void;
}

/** Larger journals are not searched for damage at the start; it is then found when it is met. */
const maxCheckedBytes = 8 * 1024 * 1024;
const busyPauseMs = 10;
const maxBusyPauses = 1000;

/** @throws ShotlistError `write_failed`, `outside_workspace` (a link in place of `.shotlist`), `internal` (a newer file) */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { workspaceFolder, personalFolder, environment, warn } = options;
  const stateFolder = await ensureStateFolder(workspaceFolder);
  const open = async (): Promise<DatabaseSync> =>
    connect(await ensureDatabase(stateFolder, personalFolder, warn), environment);
  let connection: DatabaseSync;
  try {
    connection = await open().catch(async (error: unknown) => {
      if (!isDamaged(error)) throw error;
      await setAside(stateFolder, 'damaged', warn);
      return open();
    });
  } catch (error) {
    throw journalError(error);
  }
  return createJournal(createDatabase(connection, environment), await describeOwner(), workspaceFolder, environment);
}

/** Everything here may find the file locked by a process that is starting, ending or cleaning up after a dead one. */
async function connect(path: string, { clock }: Environment): Promise<DatabaseSync> {
  for (let pauses = 0; ; pauses++) {
    try {
      return connectOnce(path);
    } catch (error) {
      if (!isBusy(error) || pauses >= maxBusyPauses) throw error;
    }
    await clock.sleep(busyPauseMs);
  }
}

function connectOnce(path: string): DatabaseSync {
  const connection = openDatabase(path);
  try {
    // where the file system can't do WAL, SQLite stays with its rollback journal and says so
    connection.exec('PRAGMA journal_mode = WAL');
    if (!isCurrent(connection)) {
      connection.exec('BEGIN IMMEDIATE');
      migrate(connection);
      connection.exec('COMMIT');
    }
    checkSound(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @throws an error that says that the file is damaged */
function checkSound(connection: DatabaseSync): void {
  const size = connection
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get();
  if (Number(size?.['bytes']) > maxCheckedBytes) return;
  const found = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw damagedError(String(found));
}
