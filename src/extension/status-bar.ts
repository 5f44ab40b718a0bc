import * as vscode from 'vscode';
import { chosenConnectionId } from './chosen-connection.ts';

/** The one item in the status bar: the connection in use, or what is being made. */
export interface StatusBar extends vscode.Disposable {
  /** Shows the text with a spinner until the returned thing is disposed; the latest of several wins. */
  busy(text: string): BusyStatus;
}

export interface BusyStatus extends vscode.Disposable {
  update(text: string): void;
}

export function createStatusBar(): StatusBar {
  const item = vscode.window.createStatusBarItem('shotlist.status', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Shotlist';
  const running: { text: string }[] = [];

  const render = (): void => {
    const current = running.at(-1);
    if (current === undefined) {
      const id = chosenConnectionId();
      item.text = id === undefined ? '$(file-media) Shotlist' : `$(file-media) Shotlist: ${id}`;
      item.tooltip = vscode.l10n.t('Shotlist: the connection in use. Click to switch.');
      item.command = 'shotlist.switchConnection';
    } else {
      item.text = `$(sync~spin) Shotlist: ${current.text}`;
      item.tooltip = vscode.l10n.t('Shotlist is working. Click for its jobs.');
      item.command = 'shotlist.jobs.focus';
    }
  };
  render();
  item.show();
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('shotlist.connection')) render();
  });

  return {
    busy(text) {
      const entry = { text };
      running.push(entry);
      render();
      return {
        update(next) {
          entry.text = next;
          render();
        },
        dispose() {
          const index = running.indexOf(entry);
          if (index !== -1) running.splice(index, 1);
          render();
        },
      };
    },
    dispose() {
      settings.dispose();
      item.dispose();
    },
  };
}
