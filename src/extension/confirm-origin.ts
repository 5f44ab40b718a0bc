import * as vscode from 'vscode';
import { builtInConnections, originOf, type Connection } from '../core/connections/connection.ts';
import { ShotlistError } from '../core/errors.ts';
import type { Services } from './services.ts';

const stateKey = 'confirmedOrigins';

/**
 * Asks once for each address that the person defined, showing it: a mistyped or foreign definition is noticed before
 * anything goes there. @throws ShotlistError `cancelled`
 */
export async function confirmOrigin(services: Services, connection: Connection): Promise<void> {
  if (builtInConnections.some((builtIn) => builtIn.id === connection.id)) return;
  const origin = originOf(connection);
  const confirmed = services.context.globalState.get<readonly string[]>(stateKey, []);
  const entry = `${connection.id}@${origin}`;
  if (confirmed.includes(entry)) return;
  const yes = await services.dialogs.decide(
    vscode.l10n.t('Use {0} for Shotlist?', origin),
    vscode.l10n.t(
      'The connection "{0}" sends your prompts, your reference images and the key you store for it to this address. You are asked once.',
      connection.label,
    ),
    [{ label: vscode.l10n.t('Use This Address'), value: true }],
  );
  if (yes !== true) throw new ShotlistError('cancelled', 'Cancelled.');
  await services.context.globalState.update(stateKey, [...confirmed, entry]);
}
