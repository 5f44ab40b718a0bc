import * as vscode from 'vscode';
import { ShotlistError } from '../../core/errors.ts';
import type { Job } from '../../core/jobs/job.ts';
import { planAgain } from '../../core/planning/plan-size.ts';
import type { Command } from '../command.ts';
import { parseArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import { entriesMeant, jobArguments } from '../jobs/job-arguments.ts';
import { retryIn } from '../jobs/job-runs.ts';
import { isCharged } from '../jobs/is-charged.ts';
import { actionsOf } from '../jobs/nodes.ts';
import { countText } from '../media-count.ts';
import { estimateText } from '../video/words.ts';

/** Makes a job of the view once more. It is a new request, so the person is asked every time. */
export const retryJob: Command = {
  needsTrust: true,
  async run(services, args) {
    const [given] = parseArguments(jobArguments, args);
    const [entry] = given === null || given === undefined ? [] : await entriesMeant(services, given);
    if (entry === undefined || !actionsOf(entry).includes('retry')) throw notOne();
    const { home, job } = entry;
    const yes = await services.dialogs.decide(
      vscode.l10n.t('Make {0} again with {1}?', countText(job.count, job.request.kind), job.request.model),
      detailOf(job),
      [{ label: vscode.l10n.t('Make Again'), value: true }],
    );
    if (yes !== true) throw cancelled();
    return retryIn(services, home, job);
  },
};

function detailOf(job: Job): string {
  if (!isCharged(job)) return vscode.l10n.t('In the sandbox nothing is charged.');
  const price = estimateText(
    planAgain([job]).map(({ estimate }) => estimate),
    false,
  );
  const again = vscode.l10n.t('It is a new request, charged by {0} ({1}).', job.request.connection, price);
  if (job.state !== 'unknown') return again;
  return `${vscode.l10n.t('The first request was sent and its answer never came: it may have been charged already.')} ${again}`;
}

function notOne(): ShotlistError {
  return new ShotlistError('invalid_request', vscode.l10n.t('There is no such job to make again.'), {
    hint: vscode.l10n.t('Choose one in the view "Jobs".'),
  });
}
