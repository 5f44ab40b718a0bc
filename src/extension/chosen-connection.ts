import * as vscode from 'vscode';

/** The person's own value of a setting: what a workspace says is not even looked at. */
export function ownValue(key: string): unknown {
  return vscode.workspace.getConfiguration('shotlist').inspect(key)?.globalValue;
}

/** Id of the connection that the person chose; undefined where nobody did. */
export function chosenConnectionId(): string | undefined {
  const id = ownValue('connection');
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : undefined;
}

/** Remembers the choice in the person's own settings. */
export async function chooseConnectionId(id: string): Promise<void> {
  await vscode.workspace.getConfiguration('shotlist').update('connection', id, vscode.ConfigurationTarget.Global);
}
