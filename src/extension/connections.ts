import * as vscode from 'vscode';
import { chooseConnection } from '../core/connections/choose-connection.ts';
import { defineConnection, withOwnConnections, type Connection } from '../core/connections/connection.ts';
import { environmentCredentials, firstOf, missingKey, type Credentials } from '../core/connections/credentials.ts';
import { ShotlistError } from '../core/errors.ts';
import type { WorkspaceConfig } from '../core/workspace.ts';
import { chooseConnectionId } from './chosen-connection.ts';
import { confirmOrigin } from './confirm-origin.ts';
import { askForKey } from './ask-for-key.ts';
import type { Choice } from './dialogs.ts';
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
  const connection = await chooseConnection(
    { usual: config.connection ?? settings.connection },
    { connections, credentials: credentialsOf(services) },
  );
  if (await isReady(services, connection)) return connection;
  // the workspace names this connection, so choosing another one here would change nothing
  if (config.connection !== undefined) throw missingKey(connection);
  const answer = await offerKey(services, connection);
  if (answer !== 'sandbox') return connection;
  const sandbox = sandboxOf(connections);
  await chooseConnectionId(sandbox.id);
  return sandbox;
}

/** Whether it has the key it needs; the address of a connection of the person's own is shown to them first. */
export async function isReady(services: Services, connection: Connection): Promise<boolean> {
  await confirmOrigin(services, connection);
  return !connection.needsKey || (await credentialsOf(services).find(connection)) !== undefined;
}

/** The same, and asks for a key that is missing. */
export async function withKey(services: Services, connection: Connection): Promise<boolean> {
  return (await isReady(services, connection)) || askForKey(services, connection);
}

/**
 * What to do without a key; `key`: there is one now. @param others what else could be done
 * @throws ShotlistError `cancelled`
 */
export async function offerKey<Other extends string = never>(
  services: Services,
  connection: Connection,
  others: readonly Choice<Other>[] = [],
): Promise<'key' | 'sandbox' | Other> {
  const choices: readonly Choice<'key' | 'sandbox' | Other>[] = [
    { label: vscode.l10n.t('Set API Key…'), value: 'key' },
    ...others,
    { label: vscode.l10n.t('Try the Sandbox'), value: 'sandbox' },
  ];
  const answer = await services.dialogs.decide(
    vscode.l10n.t('Shotlist has no key for {0} yet.', connection.label),
    vscode.l10n.t(
      'Set an API key to make the real thing, or try the sandbox first: no key, no network, no cost; it draws stand-ins. You can switch at any time.',
    ),
    choices,
  );
  if (answer === undefined) throw cancelled();
  if (answer === 'key' && !(await askForKey(services, connection))) throw cancelled();
  return answer;
}

export function sandboxOf(connections: readonly Connection[]): Connection {
  const sandbox = connections.find((connection) => connection.embedded);
  if (sandbox === undefined) throw new RangeError('there is no sandbox');
  return sandbox;
}

export function cancelled(): ShotlistError {
  return new ShotlistError('cancelled', 'Cancelled.');
}
