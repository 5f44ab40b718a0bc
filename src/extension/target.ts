import * as vscode from 'vscode';
import { missingKey } from '../core/connections/credentials.ts';
import { chooseTarget, type Asked, type Target } from '../core/planning/target.ts';
import { chooseConnectionId } from './chosen-connection.ts';
import { cancelled, connectionsOf, credentialsOf, isReady, offerKey, sandboxOf } from './connections.ts';
import type { Door } from './pipelines.ts';
import type { Services } from './services.ts';
import { pickModel } from './video/pick-model.ts';

/**
 * The model to use and the connection to ask it at, ready: with its key, at an address that the person knows. Where a
 * key is missing they choose what to do; the sandbox is never chosen silently.
 * @throws ShotlistError as `chooseTarget`, and `missing_key`, `cancelled`
 */
export async function readyTarget(services: Services, door: Door, asked: Asked): Promise<Target> {
  const { settings, workspace, defaults } = door;
  const { config } = workspace;
  const connections = connectionsOf(settings);
  const context = { workspace, connections, credentials: credentialsOf(services), defaults, now: Date.now() };
  const target = await chooseTarget(asked, context);
  if (await isReady(services, target.connection)) return target;
  // the workspace names this connection, so choosing another one here would change nothing
  if (config.connection === target.connection.id) throw missingKey(target.connection);
  const answer = await offerKey(services, target.connection, asked.kind === 'video' ? [otherModel()] : []);
  if (answer === 'key') return target;
  if (answer === 'model') {
    const picked = await pickModel(services, settings, () => true);
    if (picked === undefined) throw cancelled();
    return picked;
  }
  const sandbox = sandboxOf(connections);
  // somebody who chose a connection that can't do this one thing keeps it for all others
  if (settings.connection === undefined || settings.connection === target.connection.id)
    await chooseConnectionId(sandbox.id);
  return chooseTarget({ ...asked, connection: sandbox.id }, context);
}

function otherModel(): { readonly label: string; readonly value: 'model' } {
  return { label: vscode.l10n.t('Choose Another Model…'), value: 'model' };
}
