/** The `.shotlist` folder: a real folder that git ignores, with a database that this person's own Shotlist made. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ShotlistError } from '../errors.ts';
import { codeOf, isTaken, placeNew, removeIfThere, systemDisk } from '../outputs/disk.ts';
import { stateFolderName } from '../workspace.ts';
import { migrate } from './journal-schema.ts';
import { isDamaged, loadSqlite, openDatabase } from './sqlite.ts';

const databaseName = 'shotlist.db';
const companions = ['', '-wal', '-shm', '-journal'];
const idPattern = /^[0-9a-f]{32}$/;
/** A database being made is ready within milliseconds; older ones were left by a process that died. */
const abandonedAfterMs = 60_000;

/** Whether the workspace has a journal at all, whosever it is. Follows no link. */
export async function hasDatabase(workspaceFolder: string): Promise<boolean> {
  return isTaken(join(workspaceFolder, stateFolderName, databaseName));
}

/**
 * Makes sure of a `.shotlist` folder that is one. A link in its place could lead anywhere.
 * @returns its path
 * @throws ShotlistError `outside_workspace`, `write_failed`
 */
export async function ensureStateFolder(workspaceFolder: string): Promise<string> {
  const folder = join(workspaceFolder, stateFolderName);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (!(await isTaken(folder))) {
      throw new ShotlistError('write_failed', `The folder ${folder} can't be made.`, {
        hint: 'Check that you may write into the workspace folder.',
        cause: error,
      });
    }
  }
  if (!(await lstat(folder)).isDirectory()) {
    throw new ShotlistError('outside_workspace', `${folder} is not a real folder.`, {
      hint: 'Remove it: a link or file in its place may have come with the repository.',
    });
  }
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw cannotWrite(folder, error);
  });
  return folder;
}

/**
 * The path of a database that is ours, made where there was none.
 * @param warn told in one sentence when another one had to be set aside
 */
export async function ensureDatabase(
  stateFolder: string,
  personalFolder: string,
  warn: (message: string) => void,
): Promise<string> {
  const path = join(stateFolder, databaseName);
  await removeAbandoned(stateFolder);
  const found = await inspectDatabase(path, personalFolder);
  if (found === 'foreign' || found === 'damaged') {
    await setAside(stateFolder, found, warn);
  }
  if (found !== 'own') await createDatabase(stateFolder, personalFolder);
  return path;
}

/**
 * Reads the id without trusting the file: `immutable` means that SQLite looks at no write-ahead log or rollback journal
 * beside it, which could make it change or delete files.
 */
async function inspectDatabase(path: string, personalFolder: string): Promise<'none' | 'own' | 'foreign' | 'damaged'> {
  const files = await Promise.all(companions.map((suffix) => lstat(path + suffix).catch(() => undefined)));
  if (files.every((file) => file === undefined)) return 'none';
  if (files[0] === undefined || files.some((file) => file !== undefined && !file.isFile())) return 'foreign';
  const address = pathToFileURL(path);
  address.search = '?immutable=1&mode=ro';
  try {
    const connection = new (loadSqlite().DatabaseSync)(address, { readOnly: true, allowExtension: false });
    try {
      connection.exec('PRAGMA trusted_schema = OFF');
      const table = connection.prepare(`SELECT type FROM sqlite_schema WHERE name = 'meta'`).get();
      if (table?.['type'] !== 'table') return 'foreign';
      const id = connection.prepare(`SELECT value FROM meta WHERE key = 'id'`).get()?.['value'];
      return typeof id === 'string' && (await isKnown(id, personalFolder)) ? 'own' : 'foreign';
    } finally {
      connection.close();
    }
  } catch (error) {
    return isDamaged(error) ? 'damaged' : 'foreign';
  }
}

/** Made under another name and then placed, so that it is whole, and its id known, as soon as it can be seen. */
async function createDatabase(stateFolder: string, personalFolder: string): Promise<void> {
  const id = randomBytes(16).toString('hex');
  const temporary = join(stateFolder, `new-${id}.db`);
  try {
    await register(id, personalFolder, stateFolder);
    const connection = openDatabase(temporary);
    try {
      connection.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
      migrate(connection);
      connection.prepare(`INSERT INTO meta (key, value) VALUES ('id', ?)`).run(id);
      connection.exec('COMMIT');
    } finally {
      connection.close();
    }
    await placeNew(temporary, join(stateFolder, databaseName), systemDisk);
  } catch (error) {
    // another process of this person was faster
    if (codeOf(error) !== 'EEXIST') throw cannotWrite(stateFolder, error);
  } finally {
    await removeIfThere(temporary);
  }
}

/** One file for each database, so that processes never overwrite each other's. */
async function register(id: string, personalFolder: string, stateFolder: string): Promise<void> {
  const path = knownPath(id, personalFolder);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = JSON.stringify({ version: 1, workspace: dirname(stateFolder) });
  await writeFile(path, `${text}\n`, { flag: 'wx', mode: 0o600, flush: true });
}

async function isKnown(id: string, personalFolder: string): Promise<boolean> {
  return idPattern.test(id) && isTaken(knownPath(id, personalFolder));
}

function knownPath(id: string, personalFolder: string): string {
  return join(personalFolder, 'workspaces', `${id}.json`);
}

/** Moves the database and what belongs to it out of the way; links are moved, never followed. */
export async function setAside(
  stateFolder: string,
  why: 'foreign' | 'damaged',
  warn: (message: string) => void,
): Promise<void> {
  for (let number = 1; ; number++) {
    const name = `shotlist.${why}-${number}.db`;
    const taken = await Promise.all(companions.map((suffix) => isTaken(join(stateFolder, name + suffix))));
    if (taken.includes(true)) continue;
    // the database first: without it the others are nobody's
    for (const suffix of companions) {
      await rename(join(stateFolder, databaseName + suffix), join(stateFolder, name + suffix)).catch(
        (error: unknown) => {
          if (codeOf(error) !== 'ENOENT') throw cannotWrite(stateFolder, error);
        },
      );
    }
    warn(
      why === 'foreign'
        ? `The journal in ${stateFolder} was not made by you on this machine; it was set aside as ${name}, and nothing in it is resumed.`
        : `The journal in ${stateFolder} was damaged; it was set aside as ${name}. Jobs that it held may have been charged.`,
    );
    return;
  }
}

async function removeAbandoned(stateFolder: string): Promise<void> {
  const names = (await readdir(stateFolder)).filter((name) => /^new-[0-9a-f]{32}\.db$/.test(name));
  for (const name of names) {
    const path = join(stateFolder, name);
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    if (Date.now() - modified > abandonedAfterMs) await removeIfThere(path);
  }
}

function cannotWrite(folder: string, cause: unknown): ShotlistError {
  if (ShotlistError.is(cause)) return cause;
  return new ShotlistError('write_failed', `The folder ${folder} can't be written.`, {
    hint: 'Check its permissions and the free space of the disk.',
    cause,
  });
}
