import * as vscode from 'vscode';
import type { Action } from './dialogs.ts';

/** Opens a file in VS Code's own viewer. */
export function openFile(uri: vscode.Uri): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.open', uri);
}

/** VS Code's own video player has no sound for most clips, so the person's player is one press away. */
export function openOutsideAction(uri: vscode.Uri): Action {
  // a file of another machine reaches the person's player only as a download
  if (vscode.env.remoteName === undefined && uri.scheme === 'file')
    return { label: vscode.l10n.t('Open Outside'), run: () => vscode.env.openExternal(uri) };
  return { label: vscode.l10n.t('Download'), run: () => download(uri) };
}

async function download(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('revealInExplorer', uri);
  await vscode.commands.executeCommand('explorer.download');
}

export function revealAction(uri: vscode.Uri): Action {
  return {
    label: vscode.l10n.t('Reveal'),
    run: () => vscode.commands.executeCommand('revealInExplorer', uri),
  };
}

/** What can be done with a finished clip. */
export function clipActions(uri: vscode.Uri): readonly Action[] {
  return [{ label: vscode.l10n.t('Open'), run: () => openFile(uri) }, openOutsideAction(uri), revealAction(uri)];
}
