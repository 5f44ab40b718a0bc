import * as vscode from 'vscode';

/** Called by VS Code on first use; only registers. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand('shotlist.showLog', () => undefined));
}

/** Called by VS Code when the window closes; everything is released through the context's subscriptions. */
export function deactivate(): void {}
