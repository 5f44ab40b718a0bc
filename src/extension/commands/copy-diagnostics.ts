import { release } from 'node:os';
import * as vscode from 'vscode';
import { originOf } from '../../core/connections/connection.ts';
import type { Command } from '../command.ts';
import { connectionsOf, credentialsOf } from '../connections.ts';
import { diagnosticsText, type ConnectionFacts } from '../diagnostics.ts';
import { versionOf } from '../pipelines.ts';
import type { Services } from '../services.ts';
import { readSettings, type Settings } from '../settings.ts';

const copiedLogLines = 200;

/** Puts what a bug report needs on the clipboard. No key, no address beyond its host, no prompt but for the words in file names. */
export const copyDiagnostics: Command = {
  needsTrust: false,
  async run(services) {
    const text = diagnosticsText({
      versions: {
        Shotlist: versionOf(services),
        'VS Code': `${vscode.version} (${vscode.env.appHost}${vscode.env.remoteName === undefined ? '' : ', remote'})`,
        Node: process.version,
        System: `${process.platform} ${process.arch} ${release()}`,
        Language: vscode.env.language,
        Workspace: vscode.workspace.isTrusted ? 'trusted' : 'not trusted',
      },
      ...(await settingsFacts(services)),
      logPath: services.log.path,
      logLines: await services.log.tail(copiedLogLines),
    });
    await vscode.env.clipboard.writeText(services.log.redact(text));
    services.dialogs.inform(
      vscode.l10n.t(
        'The diagnostics are on the clipboard. They hold no keys; look through them before you pass them on.',
      ),
    );
    return { ok: true };
  },
};

/** Wrong settings are a likely reason for the report, so they must not keep it from being made. */
async function settingsFacts(
  services: Services,
): Promise<{ settings: Readonly<Record<string, unknown>>; connections: readonly ConnectionFacts[] }> {
  try {
    const settings = readSettings(vscode.workspace.workspaceFolders?.[0]?.uri);
    return { settings: withoutConnections(settings), connections: await connectionFacts(services, settings) };
  } catch (error) {
    return { settings: { error: error instanceof Error ? error.message : String(error) }, connections: [] };
  }
}

function withoutConnections(settings: Settings): Readonly<Record<string, unknown>> {
  const { connections: _connections, ...rest } = settings;
  return rest;
}

async function connectionFacts(services: Services, settings: Settings): Promise<readonly ConnectionFacts[]> {
  const credentials = credentialsOf(services);
  return Promise.all(
    connectionsOf(settings).map(async (connection) => ({
      id: connection.id,
      host: connection.embedded ? 'embedded' : new URL(originOf(connection)).host,
      key: (await credentials.find(connection))?.source ?? 'none',
    })),
  );
}
