import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { cancelled } from '../connections.ts';

/** Also offers keys of connections that no longer exist or have moved. */
export const removeApiKey: Command = {
  needsTrust: true,
  async run(services) {
    const stored = await services.keys.list();
    if (stored.length === 0) {
      services.dialogs.inform(vscode.l10n.t('No key is stored.'));
      return { ok: true };
    }
    const chosen = await services.dialogs.pick(
      vscode.l10n.t('Remove API Key'),
      stored.map((key) => ({ label: key.connection, description: new URL(key.origin).host, value: key })),
    );
    if (chosen === undefined) throw cancelled();
    await services.keys.remove(chosen);
    services.dialogs.inform(vscode.l10n.t('The key of "{0}" is removed.', chosen.connection));
    return { ok: true };
  },
};
