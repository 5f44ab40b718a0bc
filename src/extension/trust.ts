import * as vscode from 'vscode';
import { ShotlistError } from '../core/errors.ts';

/**
 * Commands that are hidden in an untrusted workspace can still be called, so that this is asked in code too.
 * @throws ShotlistError `untrusted_workspace`
 */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new ShotlistError(
    'untrusted_workspace',
    vscode.l10n.t('Shotlist sends and writes nothing in a workspace that you have not trusted.'),
    { hint: vscode.l10n.t('Trust the workspace first.') },
  );
}
