import * as vscode from 'vscode';
import { formatUsd } from '../core/catalog/price.ts';
import { originOf, type Connection } from '../core/connections/connection.ts';
import type { MediaKind, Plan } from '../core/generation.ts';
import type { SameAsset } from '../core/pipeline.ts';
import { confirmLimits, isLarge, sizeOfPlan } from '../core/planning/plan-size.ts';
import { cancelled } from './connections.ts';
import { uriOfPath } from './file-uri.ts';
import { countText } from './media-count.ts';
import type { Door } from './pipelines.ts';
import type { Services } from './services.ts';

/** Asks before a large plan is sent, with its price. @throws ShotlistError `cancelled` */
export async function confirmSize(
  services: Services,
  plan: Pick<Plan, 'jobs'>,
  kind: MediaKind,
  door: Door,
  connection: Connection,
): Promise<void> {
  const size = sizeOfPlan(plan);
  if (!isLarge(size, confirmLimits(door.settings.limits, door.workspace.config.confirmAbove))) return;
  const price = size.unpriced
    ? vscode.l10n.t('The price is not known.')
    : vscode.l10n.t('About {0}, at most {1}.', formatUsd(size.usd), formatUsd(size.upperUsd));
  const made = countText(size.images, kind);
  const yes = await services.dialogs.decide(
    vscode.l10n.t('Make {0} with {1}?', made, plan.jobs[0]?.request.model ?? ''),
    vscode.l10n.t('{0} Charged by {1} ({2}).', price, connection.label, new URL(originOf(connection)).host),
    [{ label: vscode.l10n.t('Make {0}', made), value: true }],
  );
  if (yes !== true) throw cancelled();
}

/** Asks before a clip that is there already is made once more. @throws ShotlistError `cancelled` */
export async function confirmSame(
  services: Services,
  same: readonly SameAsset[],
  home: vscode.Uri,
  connection: Connection,
): Promise<void> {
  const [first] = same;
  if (first === undefined) return;
  const name = first.path.split(/[\\/]/).at(-1) ?? '';
  const cost = connection.embedded
    ? vscode.l10n.t('In the sandbox nothing is charged.')
    : vscode.l10n.t('Making it again is charged again by {0}.', connection.label);
  const answer = await services.dialogs.decide(
    vscode.l10n.t('You already have this video: {0}', name),
    vscode.l10n.t('It was made from the same prompt with the same settings. {0}', cost),
    [
      { label: vscode.l10n.t('Open It'), value: 'open' },
      { label: vscode.l10n.t('Make Again'), value: 'again' },
    ],
  );
  if (answer === 'again') return;
  if (answer === 'open') await vscode.commands.executeCommand('vscode.open', uriOfPath(home, first.path));
  throw cancelled();
}
