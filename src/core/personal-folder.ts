/** The person's own state folder: ids of known workspaces, connections of the command line, the ledger. One for all doors. */
import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** Absolute path of the folder, which may not exist yet. `SHOTLIST_HOME` names another one. */
export function personalFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const named = variables['SHOTLIST_HOME']?.trim();
  return named === undefined || named === '' ? envPaths('shotlist', { suffix: '' }).data : resolve(named);
}
