import * as vscode from 'vscode';

/** A file under its folder's own scheme and authority, so that it also opens in a remote window. */
export function uriOfPath(home: vscode.Uri, path: string): vscode.Uri {
  return home.with({ path: vscode.Uri.file(path).path });
}
