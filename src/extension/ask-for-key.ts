import * as vscode from 'vscode';
import { originOf, type Connection } from '../core/connections/connection.ts';
import { keyProblem } from './keys.ts';
import type { Services } from './services.ts';

/** Asks for the key of a connection and stores it; false where the person gave none or it couldn't be stored. */
export async function askForKey(services: Services, connection: Connection): Promise<boolean> {
  const host = new URL(originOf(connection)).host;
  const typed = await services.dialogs.ask({
    title: vscode.l10n.t('API Key for {0}', connection.label),
    prompt: vscode.l10n.t("Kept in VS Code's secret storage and sent only to {0}.", host),
    placeHolder: connection.vendor === 'openai' ? 'sk-…' : '',
    password: true,
    validateInput: (text) => problemOf(text.trim()),
  });
  const key = typed?.trim();
  if (key === undefined || key === '') return false;
  services.log.addSecret(key);
  try {
    await services.keys.store(connection, key);
    return true;
  } catch (error) {
    services.log.fault(error);
    services.dialogs.fail(storageFailed(connection), [
      { label: vscode.l10n.t('Show Log'), run: () => services.log.show() },
    ]);
    return false;
  }
}

function problemOf(key: string): string | undefined {
  const problem = keyProblem(key);
  if (problem === undefined) return undefined;
  return problem === 'empty'
    ? vscode.l10n.t('Type or paste a key.')
    : vscode.l10n.t('A key has no spaces and no special letters; was something else copied?');
}

/** There is no second, weaker place of our own. */
function storageFailed(connection: Connection): string {
  const variable = connection.keyVariables[0];
  return variable === undefined
    ? vscode.l10n.t(
        'VS Code could not keep the key: its secret storage does not work here (on Linux, a keyring is needed).',
      )
    : vscode.l10n.t(
        'VS Code could not keep the key: its secret storage does not work here (on Linux, a keyring is needed). Set the environment variable {0} and start VS Code again instead.',
        variable,
      );
}
