import * as vscode from 'vscode';
import { formatUsd } from '../core/catalog/price.ts';
import type { Connection } from '../core/connections/connection.ts';
import { ShotlistError } from '../core/errors.ts';
import type { Asset, MediaKind, Plan } from '../core/generation.ts';
import type { JobReport, RunResult } from '../core/jobs/job.ts';
import { clipActions, revealAction } from './clip-actions.ts';
import type { Action } from './dialogs.ts';
import { uriOfPath } from './file-uri.ts';
import { insertPictures } from './insert-pictures.ts';
import { showJobs } from './jobs/tell-of-kept.ts';
import { countText } from './media-count.ts';
import type { Place } from './places.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { showError, type Situation } from './show-error.ts';

export interface ShownResult {
  readonly kind: MediaKind;
  readonly home: vscode.Uri;
  readonly prompt: string;
  readonly place: Place | undefined;
  readonly connection: Connection;
  readonly plan: Plan;
  readonly result: RunResult;
  readonly settings: Settings;
  readonly situation: Situation;
}

/** Opens the first picture or clip beside, says what was made and what went wrong. */
export async function showResult(services: Services, shown: ShownResult): Promise<void> {
  const { result, settings } = shown;
  const assets = result.jobs.flatMap((job) => job.assets);
  const uris = assets.map(({ path }) => uriOfPath(shown.home, path));
  const first = uris[0];
  if (first !== undefined && settings.openResult === 'beside') await openBeside(services, first);
  if (first !== undefined) services.dialogs.inform(successText(shown, assets), successActions(services, shown, uris));
  showProblems(services, shown, assets.length);
}

async function openBeside(services: Services, uri: vscode.Uri): Promise<void> {
  const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  try {
    await vscode.commands.executeCommand('vscode.open', uri, options);
  } catch (error) {
    // the file is there; that it can't be shown must not look like a failure to make it
    services.log.fault(error);
  }
}

function successText(shown: ShownResult, assets: readonly Asset[]): string {
  const { connection, plan, result } = shown;
  const name = assets[0]?.path.split(/[\\/]/).at(-1) ?? '';
  const made = assets.length === 1 ? name : countText(assets.length, shown.kind);
  const model = result.jobs[0]?.model ?? '';
  const warnings = [...new Set([...plan.warnings, ...result.warnings])];
  const sentences = [
    connection.embedded
      ? vscode.l10n.t('Made {0} in the sandbox; nothing was sent or charged.', made)
      : vscode.l10n.t('Made {0} with {1}{2}.', made, model, costText(result.jobs)),
    ...warnings,
  ];
  return sentences.join(' ');
}

/** ` ($0.053)` as far as the costs are known. */
function costText(jobs: readonly JobReport[]): string {
  const costs = jobs.flatMap((job) => job.cost ?? []);
  if (costs.length === 0) return '';
  const sum = formatUsd(costs.reduce((total, cost) => total + cost.usd, 0));
  const exact = costs.length === jobs.length && costs.every((cost) => cost.basis === 'usage');
  return exact ? ` (${sum})` : ` (${vscode.l10n.t('about {0}', sum)})`;
}

function successActions(services: Services, shown: ShownResult, uris: readonly vscode.Uri[]): readonly Action[] {
  const { kind, place, settings } = shown;
  const [first] = uris;
  if (first === undefined || kind === 'text') return [];
  const insert: Action = {
    label: vscode.l10n.t('Insert in Editor'),
    run: () => insertPictures(services, { ...shown, kind, uris, style: settings.insertStyle }),
  };
  if (kind === 'video') return [...clipActions(first), ...(place === undefined ? [] : [insert])];
  return [
    insert,
    revealAction(first),
    {
      label: vscode.l10n.t('Copy Path'),
      run: () => vscode.env.clipboard.writeText(uris.map((uri) => uri.fsPath).join('\n')),
    },
  ];
}

/** One message for everything that went wrong: what may be charged comes first. */
function showProblems(services: Services, shown: ShownResult, made: number): void {
  const { kind, result, situation } = shown;
  const { jobs } = result;
  const unknown = jobs.filter((job) => job.status === 'unknown').length;
  const failures = jobs.flatMap(({ error }) => (error === undefined || error.code === 'cancelled' ? [] : [error]));
  const [failed] = failures;
  const left = jobs.filter(
    ({ status }) => status === 'queued' || status === 'running' || status === 'downloading',
  ).length;
  if (unknown > 0) {
    const cause = failed?.message ?? vscode.l10n.t('Stopped.');
    services.dialogs.warn(`${cause} ${unknownText(unknown, shown.connection)}`, [
      { label: vscode.l10n.t('Show Log'), run: () => services.log.show() },
    ]);
  } else if (left > 0 && kind === 'video') {
    const text = vscode.l10n.t(
      '{0} not finished yet. Nothing is lost: the view "Jobs" can resume it.',
      countText(left, kind),
    );
    services.dialogs.inform(text, [showJobs()]);
  } else if (failed !== undefined) {
    const message = jobs.length === 1 ? failed.message : ofManyText(failures.length, jobs.length, failed.message);
    const error = ShotlistError.fromData({ ...failed, message });
    showError(services, error, made > 0 ? withoutRepeat(situation) : situation);
  } else if (made === 0) {
    services.dialogs.inform(stoppedText(shown));
  }
}

function ofManyText(failed: number, all: number, message: string): string {
  return vscode.l10n.t('{0} of {1} failed: {2}', failed, all, message);
}

/** A clip that was given up had been sent, and the provider may charge it: the job's own words say so. */
function stoppedText({ kind, result, connection }: ShownResult): string {
  const [said] = kind === 'video' ? result.jobs.flatMap(({ error }) => error?.message ?? []) : [];
  if (said === undefined) return vscode.l10n.t('Stopped. Nothing was sent.');
  return connection.embedded ? vscode.l10n.t('Stopped. In the sandbox nothing is charged.') : said;
}

function unknownText(requests: number, connection: Connection): string {
  if (connection.embedded) return vscode.l10n.t('In the sandbox nothing is charged.');
  return requests === 1
    ? vscode.l10n.t('The request had been sent, so it may be charged; it is not sent again by itself.')
    : vscode.l10n.t(
        '{0} requests had been sent, so they may be charged; they are not sent again by themselves.',
        requests,
      );
}

/** A part is there already: doing all of it again would pay for that part twice. */
function withoutRepeat(situation: Situation): Situation {
  const { repeat: _repeat, ...rest } = situation;
  return rest;
}
