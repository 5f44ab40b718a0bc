import * as vscode from 'vscode';
import type { Connection } from '../../core/connections/connection.ts';
import type { Command } from '../command.ts';
import { readyConnection } from '../connections.ts';
import { homeOf } from '../home.ts';
import { openDoor } from '../pipelines.ts';
import type { Services } from '../services.ts';
import { showError } from '../show-error.ts';

/** Asks the server of the connection in use for its models, which costs nothing. */
export const checkConnection: Command = {
  needsTrust: true,
  async run(services) {
    const home = await placeToCheckFrom(services);
    let connection: Connection | undefined;
    try {
      const door = await openDoor(services, home);
      connection = await readyConnection(services, door.settings, door.workspace.config);
      const { id, label } = connection;
      await using lease = await door.pipeline();
      const title = vscode.l10n.t('Shotlist: checking {0}', label);
      services.log.info(`progress: ${title}`);
      const { models } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
        lease.value.checkConnection(id),
      );
      services.dialogs.inform(
        connection.needsKey
          ? vscode.l10n.t('{0} answers, and the key is good: {1} models.', label, models)
          : vscode.l10n.t('{0} answers: {1} models.', label, models),
      );
      return { ok: true };
    } catch (thrown) {
      const repeat = (): Thenable<unknown> => vscode.commands.executeCommand('shotlist.checkConnection');
      return { ok: false, error: showError(services, thrown, { connection, repeat }) };
    }
  },
};

/** Nothing is written, so that without an open folder none is asked for. */
async function placeToCheckFrom(services: Services): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return services.context.globalStorageUri;
  return homeOf(services, vscode.window.activeTextEditor?.document.uri);
}
