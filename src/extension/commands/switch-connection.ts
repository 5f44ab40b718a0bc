import * as vscode from 'vscode';
import { chooseConnection } from '../../core/connections/choose-connection.ts';
import { originOf, type Connection } from '../../core/connections/connection.ts';
import type { Credentials } from '../../core/connections/credentials.ts';
import { chooseConnectionId } from '../chosen-connection.ts';
import type { Command } from '../command.ts';
import { cancelled, connectionsOf, credentialsOf } from '../connections.ts';
import type { PickItem } from '../dialogs.ts';
import { readSettings } from '../settings.ts';

/** Lists all connections and remembers the chosen one in the person's own settings. */
export const switchConnection: Command = {
  needsTrust: true,
  async run(services) {
    const settings = readSettings(undefined);
    const connections = connectionsOf(settings);
    const credentials = credentialsOf(services);
    const current = await chooseConnection({ usual: settings.connection }, { connections, credentials }).catch(
      () => undefined,
    );
    const items = await Promise.all(connections.map((connection) => itemOf(connection, credentials, current)));
    const chosen = await services.dialogs.pick(vscode.l10n.t('Switch Connection'), items);
    if (chosen === undefined) throw cancelled();
    await chooseConnectionId(chosen.id);
    const hasKey = !chosen.needsKey || (await credentials.find(chosen)) !== undefined;
    services.dialogs.inform(
      hasKey
        ? vscode.l10n.t('Shotlist now uses {0}.', chosen.label)
        : vscode.l10n.t('Shotlist now uses {0}, which has no key yet.', chosen.label),
      hasKey
        ? []
        : [
            {
              label: vscode.l10n.t('Set API Key…'),
              run: () => vscode.commands.executeCommand('shotlist.setApiKey'),
            },
          ],
    );
    return { ok: true };
  },
};

async function itemOf(
  connection: Connection,
  credentials: Credentials,
  current: Connection | undefined,
): Promise<PickItem<Connection>> {
  const key = await credentials.find(connection);
  const about = [
    connection.embedded ? vscode.l10n.t('no key, no network, nothing is charged') : new URL(originOf(connection)).host,
    connection.needsKey && key === undefined ? vscode.l10n.t('no key') : '',
    connection.id === current?.id ? vscode.l10n.t('in use') : '',
  ];
  return {
    label: connection.label,
    description: about.filter((part) => part !== '').join(' · '),
    value: connection,
  };
}
