import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/**
 * Tells of jobs that were left unfinished in the open folders, once each. The journal is opened after activation, and
 * only where there is one; nothing is resumed without the person.
 */
export function registerRecovery(services: Services): vscode.Disposable {
  const check = (): void => {
    if (!vscode.workspace.isTrusted) return;
    for (const folder of vscode.workspace.workspaceFolders ?? []) void checkFolder(services, folder.uri);
  };
  // activation is over before the core is loaded
  const timer = setTimeout(check, 0);
  const trusted = vscode.workspace.onDidGrantWorkspaceTrust(check);
  return vscode.Disposable.from(trusted, { dispose: () => clearTimeout(timer) });
}

async function checkFolder(services: Services, folder: vscode.Uri): Promise<void> {
  try {
    await access(vscode.Uri.joinPath(folder, '.shotlist', 'shotlist.db').fsPath);
  } catch {
    return;
  }
  try {
    const { tellOfLeftJobs } = await import('./left-jobs.ts');
    await tellOfLeftJobs(services, folder);
  } catch (error) {
    // a start must not greet the person with an error that they did nothing for; the next command shows it
    services.log.fault(error);
  }
}
