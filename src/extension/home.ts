import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { ShotlistError } from '../core/errors.ts';
import type { Services } from './services.ts';

/**
 * The folder that a run belongs to: the workspace folder of the file, else the only one, else the one that is asked for;
 * with no folder open, a folder that the person chooses.
 * @throws ShotlistError `cancelled`, `invalid_request` for a folder that is not on a disk
 */
export async function homeOf(services: Services, file: vscode.Uri | undefined): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const home =
    (file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file)?.uri) ??
    (folders.length === 1 ? folders[0]?.uri : undefined) ??
    (folders.length > 1
      ? (await services.dialogs.pickFolder(vscode.l10n.t('Which folder is it for?')))?.uri
      : await chosenFolder(services, file));
  if (home === undefined) throw new ShotlistError('cancelled', 'Cancelled.');
  await requireDisk(home);
  return home;
}

async function chosenFolder(services: Services, file: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const chosen = await services.dialogs.open({
    title: vscode.l10n.t('Folder for the Results'),
    openLabel: vscode.l10n.t('Use This Folder'),
    canSelectFiles: false,
    canSelectFolders: true,
    ...(file === undefined || file.scheme === 'untitled' ? {} : { defaultUri: vscode.Uri.joinPath(file, '..') }),
  });
  return chosen[0];
}

async function requireDisk(folder: vscode.Uri): Promise<void> {
  const found = await stat(folder.fsPath).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new ShotlistError('invalid_request', vscode.l10n.t('{0} is not a folder on a disk.', folder.toString(true)), {
    hint: vscode.l10n.t('Open a folder of this machine.'),
  });
}
