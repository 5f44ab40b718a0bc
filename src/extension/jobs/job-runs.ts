import * as vscode from 'vscode';
import { ShotlistError } from '../../core/errors.ts';
import type { Job, RunResult } from '../../core/jobs/job.ts';
import type { Pipeline, RunOptions } from '../../core/pipeline.ts';
import { findConnection } from '../../core/connections/choose-connection.ts';
import { planAgain } from '../../core/planning/plan-size.ts';
import { clipActions, revealAction } from '../clip-actions.ts';
import type { Outcome } from '../command.ts';
import { confirmSize } from '../confirm-plan.ts';
import { confirmOrigin } from '../confirm-origin.ts';
import { connectionsOf } from '../connections.ts';
import { uriOfPath } from '../file-uri.ts';
import { countJobsText, countText } from '../media-count.ts';
import { openDoor, type Door } from '../pipelines.ts';
import { runWithProgress } from '../run-with-progress.ts';
import type { Services } from '../services.ts';
import { showError } from '../show-error.ts';

/** Goes on with jobs of a folder: all of them, or the one. Those that were never sent are sent, and paid, now. */
export function resumeIn(
  services: Services,
  home: vscode.Uri,
  jobs: readonly Job[],
  only: Job | undefined,
): Promise<Outcome> {
  const unsent = jobs.filter(({ state }) => state === 'queued');
  return runJobs(services, home, jobs, unsent, (pipeline, options) => pipeline.resumeJobs(only?.id, options));
}

/** Makes a job once more, which is paid again. The person has been asked before. */
export function retryIn(services: Services, home: vscode.Uri, job: Job): Promise<Outcome> {
  return runJobs(services, home, [job], [], (pipeline, options) => pipeline.retryJob(job.id, options));
}

/** @param paid those that are sent now, asked about where they are many or dear */
async function runJobs(
  services: Services,
  home: vscode.Uri,
  jobs: readonly Job[],
  paid: readonly Job[],
  run: (pipeline: Pipeline, options: RunOptions) => Promise<RunResult>,
): Promise<Outcome> {
  try {
    const door = await openDoor(services, home);
    await confirmJobs(services, door, jobs, paid);
    await using lease = await door.pipeline();
    const kind = jobs.some(({ request }) => request.kind === 'video') ? 'video' : 'image';
    const title = vscode.l10n.t('Shotlist: finishing {0}', countJobsText(jobs));
    const total = jobs.reduce((sum, { count }) => sum + count, 0);
    const result = await runWithProgress(services, { title, kind, home, total }, lease.value, (options) =>
      run(lease.value, options),
    );
    showFinished(services, home, result);
    const failed = result.jobs.find((job) => job.error !== undefined)?.error;
    if (failed?.code === 'cancelled') services.dialogs.inform(failed.message);
    else if (failed !== undefined) showError(services, ShotlistError.fromData(failed));
    const ok = result.jobs.every(({ status }) => status === 'done');
    return { ok, ...result, ...(failed === undefined ? {} : { error: failed }) };
  } catch (thrown) {
    return { ok: false, error: showError(services, thrown) };
  }
}

async function confirmJobs(services: Services, door: Door, jobs: readonly Job[], paid: readonly Job[]): Promise<void> {
  const connections = connectionsOf(door.settings);
  for (const id of new Set(jobs.map(({ request }) => request.connection))) {
    const connection = findConnection(id, connections);
    await confirmOrigin(services, connection);
    const charged = connection.embedded ? [] : paid.filter(({ request }) => request.connection === id);
    const [first] = charged;
    if (first !== undefined)
      await confirmSize(services, { jobs: planAgain(charged) }, first.request.kind, door, connection);
  }
}

function showFinished(services: Services, home: vscode.Uri, { jobs, warnings }: RunResult): void {
  for (const warning of warnings) services.log.warn(warning);
  const made = jobs.flatMap(({ assets, kind }) => assets.map(({ path }) => ({ kind, uri: uriOfPath(home, path) })));
  const [first] = made;
  if (first === undefined) return;
  const name = first.uri.path.split('/').at(-1) ?? '';
  const text =
    made.length === 1
      ? vscode.l10n.t('Made {0}.', name)
      : vscode.l10n.t('Made {0}.', countText(made.length, first.kind));
  services.dialogs.inform(text, first.kind === 'video' ? clipActions(first.uri) : [revealAction(first.uri)]);
}
