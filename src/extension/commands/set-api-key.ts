import * as vscode from 'vscode';
import { originOf, type Connection } from '../../core/connections/connection.ts';
import { askForKey } from '../ask-for-key.ts';
import { chooseConnectionId } from '../chosen-connection.ts';
import type { Command } from '../command.ts';
import { cancelled, connectionsOf } from '../connections.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings.ts';

/** Asks for a key and keeps it in secret storage, for one connection at its present address. */
export const setApiKey: Command = {
  needsTrust: true,
  async run(services) {
    const settings = readSettings(undefined);
    const candidates = connectionsOf(settings).filter((connection) => connection.needsKey);
    const connection = candidates.length === 1 ? candidates[0] : await pickConnection(services, candidates);
    if (connection === undefined) throw cancelled();
    if (!(await askForKey(services, connection))) return { ok: false };
    const inUse = settings.connection === undefined || settings.connection === connection.id;
    services.dialogs.inform(vscode.l10n.t('The key for {0} is stored.', connection.label), [
      inUse
        ? {
            label: vscode.l10n.t('Check Connection'),
            run: () => vscode.commands.executeCommand('shotlist.checkConnection'),
          }
        : { label: vscode.l10n.t('Use {0}', connection.label), run: () => chooseConnectionId(connection.id) },
    ]);
    return { ok: true };
  },
};

function pickConnection(services: Services, candidates: readonly Connection[]): Promise<Connection | undefined> {
  return services.dialogs.pick(
    vscode.l10n.t('Set API Key'),
    candidates.map((connection) => ({
      label: connection.label,
      description: new URL(originOf(connection)).host,
      value: connection,
    })),
  );
}
