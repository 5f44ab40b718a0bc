import * as vscode from 'vscode';
import { chooseConnection } from '../core/connections/choose-connection.ts';
import {
  builtInConnections,
  defineConnection,
  withOwnConnections,
  type Connection,
} from '../core/connections/connection.ts';
import { environmentCredentials, firstOf, missingKey, type Credentials } from '../core/connections/credentials.ts';
import { ShotlistError } from '../core/errors.ts';
import type { WorkspaceConfig } from '../core/workspace.ts';
import { chooseConnectionId } from './chosen-connection.ts';
import { confirmOrigin } from './confirm-origin.ts';
import { askForKey } from './ask-for-key.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/**
 * The built-in connections and the person's own.
 * @throws ShotlistError `invalid_request` naming the definition that is wrong
 */
export function connectionsOf(settings: Settings): readonly Connection[] {
  const own: Connection[] = [];
  for (const definition of settings.connections) {
    const connection = defineConnection(definition);
    if (own.some((other) => other.id === connection.id)) {
      throw new ShotlistError('invalid_request', vscode.l10n.t('There are two connections "{0}".', connection.id), {
        hint: vscode.l10n.t('Give one of them another id in the setting "shotlist.connections".'),
      });
    }
    own.push(connection);
  }
  return withOwnConnections(own);
}

/** Secret storage, then the environment's keys for their vendor's own origin. What is found is never logged. */
export function credentialsOf(services: Services): Credentials {
  const places = firstOf(services.keys, environmentCredentials(process.env));
  return {
    async find(connection) {
      const key = await places.find(connection);
      if (key !== undefined) services.log.addSecret(key.value);
      return key;
    },
  };
}

/**
 * The connection to use, ready: it has its key, and the person knows where things go. Where a key is missing they are
 * offered to set one or to try the sandbox, which is then remembered; it is never chosen silently.
 * @throws ShotlistError `missing_key`, `not_found`, `cancelled`
 */
export async function readyConnection(
  services: Services,
  settings: Settings,
  config: WorkspaceConfig,
): Promise<Connection> {
  const connections = connectionsOf(settings);
  const credentials = credentialsOf(services);
  const connection = await chooseConnection(
    { usual: config.connection ?? settings.connection },
    { connections, credentials },
  );
  await confirmOrigin(services, connection);
  if (!connection.needsKey || (await credentials.find(connection)) !== undefined) return connection;
  // the workspace names this connection, so choosing another one here would change nothing
  if (config.connection !== undefined) throw missingKey(connection);
  return offerKeyOrSandbox(services, connection);
}

async function offerKeyOrSandbox(services: Services, connection: Connection): Promise<Connection> {
  const answer = await services.dialogs.decide(
    vscode.l10n.t('Shotlist has no key for {0} yet.', connection.label),
    vscode.l10n.t(
      'Set an API key to make real images, or try the sandbox first: no key, no network, no cost; it draws stand-ins. You can switch at any time.',
    ),
    [
      { label: vscode.l10n.t('Set API Key…'), value: 'key' },
      { label: vscode.l10n.t('Try the Sandbox'), value: 'sandbox' },
    ],
  );
  if (answer === 'key' && (await askForKey(services, connection))) return connection;
  const sandbox = builtInConnections.find((builtIn) => builtIn.embedded);
  if (answer !== 'sandbox' || sandbox === undefined) throw cancelled();
  await chooseConnectionId(sandbox.id);
  return sandbox;
}

export function cancelled(): ShotlistError {
  return new ShotlistError('cancelled', 'Cancelled.');
}
