import * as vscode from 'vscode';
import { ShotlistError } from '../core/errors.ts';

/** Which files a command takes. */
export interface MediaFiles {
  readonly extensions: readonly string[];
  /** `PNG, JPEG or WebP` */
  readonly names: string;
}

export const imageFiles: MediaFiles = { extensions: ['png', 'jpg', 'jpeg', 'webp'], names: 'PNG, JPEG or WebP' };
export const clipFiles: MediaFiles = { extensions: ['mp4', 'webm', 'mov'], names: 'MP4, WebM or MOV' };

export function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? '';
}

function isOneOf({ extensions }: MediaFiles, uri: vscode.Uri): boolean {
  return extensions.includes(nameOf(uri).split('.').at(-1)?.toLowerCase() ?? '');
}

/**
 * A caller may name files of the workspace only; files elsewhere are chosen by the person in a dialog.
 * @throws ShotlistError `outside_workspace`, `invalid_request`
 */
export function requireWorkspaceFile(files: MediaFiles, uri: vscode.Uri): void {
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
    throw new ShotlistError('outside_workspace', vscode.l10n.t('{0} is not in this workspace.', nameOf(uri)), {
      hint: vscode.l10n.t('Copy it into the workspace, or run the command from the palette and choose it there.'),
    });
  }
  if (!isOneOf(files, uri)) {
    throw new ShotlistError('invalid_request', vscode.l10n.t('{0} is no {1}.', nameOf(uri), files.names));
  }
}

/** The file of that kind in the active tab. */
export function fileOfActiveTab(files: MediaFiles): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return shown !== undefined && isOneOf(files, shown) ? shown : undefined;
}
