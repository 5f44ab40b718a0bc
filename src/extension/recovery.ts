import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/**
 * Goes on with what is running at the providers in the open folders, and tells of jobs that wait for the person, once
 * each. The journal is opened after activation, and only where there is one; nothing is sent without the person.
 */
export function registerRecovery(services: Services): vscode.Disposable {
  const check = (): void => {
    if (!vscode.workspace.isTrusted) return;
    for (const folder of vscode.workspace.workspaceFolders ?? []) void checkFolder(services, folder.uri);
  };
  // activation is over before the core is loaded
  const timer = setTimeout(check, 0);
  const trusted = vscode.workspace.onDidGrantWorkspaceTrust(check);
  const added = vscode.workspace.onDidChangeWorkspaceFolders(check);
  return vscode.Disposable.from(trusted, added, { dispose: () => clearTimeout(timer) });
}

async function checkFolder(services: Services, folder: vscode.Uri): Promise<void> {
  try {
    await access(vscode.Uri.joinPath(folder, '.shotlist', 'shotlist.db').fsPath);
  } catch {
    return;
  }
  try {
    const { tellOfLeftJobs, tellOfTakenUp } = await import('./jobs/left-jobs.ts');
    tellOfTakenUp(services, await services.keepers.keep(folder));
    await tellOfLeftJobs(services, folder);
  } catch (error) {
    // a start must not greet the person with an error that they did nothing for; the next command shows it
    services.log.fault(error);
  }
}
