import * as vscode from 'vscode';
import type { VideoModel } from '../../core/catalog/model.ts';
import { formatUsd } from '../../core/catalog/price.ts';
import { parseAspect } from '../../core/catalog/sizes.ts';
import type { Estimate, VideoAction } from '../../core/generation.ts';
import { pricePerSecond, type ModelOffer } from './offers.ts';

/** `8 seconds` */
export function secondsText(seconds: number): string {
  return seconds === 1 ? vscode.l10n.t('1 second') : vscode.l10n.t('{0} seconds', seconds);
}

/** `16:9 landscape` */
export function shapeText(aspect: string): string {
  const ratio = parseAspect(aspect) ?? 1;
  if (ratio > 1) return vscode.l10n.t('{0} landscape', aspect);
  return ratio < 1 ? vscode.l10n.t('{0} portrait', aspect) : vscode.l10n.t('{0} square', aspect);
}

/** What an action does, as a title and a sentence. */
export function actionText(action: VideoAction): {
  readonly label: string;
  readonly detail: string;
  readonly ask: string;
} {
  const texts: Readonly<Record<VideoAction, () => { label: string; detail: string; ask: string }>> = {
    remix: () => ({
      label: vscode.l10n.t('Remix'),
      detail: vscode.l10n.t('The same clip in another way: as long, as large, told anew.'),
      ask: vscode.l10n.t('What should be different this time?'),
    }),
    edit: () => ({
      label: vscode.l10n.t('Edit'),
      detail: vscode.l10n.t('One thing changes, the rest stays.'),
      ask: vscode.l10n.t('What should change? The clip itself stays as it is.'),
    }),
    extend: () => ({
      label: vscode.l10n.t('Extend'),
      detail: vscode.l10n.t('The clip goes on where it ended.'),
      ask: vscode.l10n.t('How does the clip go on?'),
    }),
  };
  return texts[action]();
}

/** `$0.10 a second`, `$0.03 to $0.30 a second`; nothing is charged in the sandbox. */
export function rateText({ connection, model }: ModelOffer): string {
  if (connection.embedded) return vscode.l10n.t('free');
  const price = pricePerSecond(model);
  if (price === undefined) return vscode.l10n.t('price not known');
  const least = shortUsd(price.least);
  return price.least === price.most
    ? vscode.l10n.t('{0} a second', least)
    : vscode.l10n.t('{0} to {1} a second', least, shortUsd(price.most));
}

/** When the model ends or has ended; empty while nothing is announced. */
export function statusText({ model, status }: ModelOffer): string {
  const { shutdownDate = '' } = model.lifecycle;
  if (status === 'active') return '';
  return status === 'retired'
    ? vscode.l10n.t('ended on {0} at its vendor', shutdownDate)
    : vscode.l10n.t('ends on {0}', shutdownDate);
}

/** `3 to 10 seconds`, `4, 6 or 8 seconds` */
export function lengthsText({ limits }: VideoModel): string {
  const { values } = limits.length;
  const [first = 0] = values;
  const last = values.at(-1) ?? 0;
  if (values.length === 0) return '';
  if (values.length === 1) return secondsText(first);
  const isRun = values.length > 2 && last - first === values.length - 1;
  return isRun
    ? vscode.l10n.t('{0} to {1} seconds', first, last)
    : vscode.l10n.t('{0} or {1} seconds', values.slice(0, -1).join(', '), last);
}

/** What clips will probably cost; undefined: not known. */
export function estimateText(estimates: readonly (Estimate | undefined)[], isFree: boolean): string {
  if (isFree) return vscode.l10n.t('free');
  const known = estimates.filter((estimate) => estimate !== undefined);
  if (known.length === 0 || known.length < estimates.length) return vscode.l10n.t('price not known');
  const usd = known.reduce((sum, estimate) => sum + estimate.usd, 0);
  const upper = known.reduce((sum, estimate) => sum + estimate.upperUsd, 0);
  return usd === upper
    ? vscode.l10n.t('about {0}', shortUsd(usd))
    : vscode.l10n.t('about {0}, at most {1}', shortUsd(usd), shortUsd(upper));
}

/** `$0.10` rather than `$0.100`. */
function shortUsd(usd: number): string {
  return formatUsd(usd).replace(/(\.\d\d)0$/, '$1');
}
