import * as vscode from 'vscode';
import { ShotlistError } from '../core/errors.ts';
import type { Job, RunResult } from '../core/jobs/job.ts';
import type { Pipeline, RunOptions } from '../core/pipeline.ts';
import { builtInConnections } from '../core/connections/connection.ts';
import { connectionsOf } from './connections.ts';
import { confirmOrigin } from './confirm-origin.ts';
import type { Action } from './dialogs.ts';
import { countText } from './generate.ts';
import { openDoor } from './pipelines.ts';
import { runWithProgress } from './run-with-progress.ts';
import type { Services } from './services.ts';
import { showError } from './show-error.ts';
import { uriOf } from './show-result.ts';

const toldKey = 'toldJobs';
const shownPromptCharacters = 80;

/** One notice for a folder, about the jobs that no earlier notice was about. */
export async function tellOfLeftJobs(services: Services, home: vscode.Uri): Promise<void> {
  const door = await openDoor(services, home);
  await using lease = await door.pipeline();
  const jobs = await lease.value.listLeftJobs();
  const told = services.context.workspaceState.get<readonly string[]>(toldKey, []);
  if (jobs.every((job) => told.includes(job.id))) return;
  await services.context.workspaceState.update(
    toldKey,
    jobs.map((job) => job.id),
  );
  services.dialogs.inform(noticeText(jobs), noticeActions(services, home, jobs));
}

function noticeText(jobs: readonly Job[]): string {
  const unknown = jobs.filter((job) => job.state === 'unknown');
  const open = jobs.length - unknown.length;
  const parts = [
    open === 0 ? '' : vscode.l10n.t('An earlier run was cut off: {0} left to make or finish.', countText(open)),
    unknown.length === 0
      ? ''
      : unknown.every(isCharged)
        ? vscode.l10n.t(
            'It is not known what became of {0}: sent, perhaps charged, and not sent again by itself.',
            countText(unknown.length),
          )
        : vscode.l10n.t(
            'It is not known what became of {0}; nothing is sent again by itself.',
            countText(unknown.length),
          ),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The sandbox charges nothing. */
function isCharged(job: Job): boolean {
  return !builtInConnections.some((connection) => connection.embedded && connection.id === job.request.connection);
}

function noticeActions(services: Services, home: vscode.Uri, jobs: readonly Job[]): readonly Action[] {
  const resumable = jobs.some((job) => job.state !== 'unknown');
  const resume: Action = {
    label: vscode.l10n.t('Resume'),
    run: () =>
      withPipeline(services, home, jobs.length, (pipeline, options) => pipeline.resumeJobs(undefined, options)),
  };
  const show: Action = { label: vscode.l10n.t('Show'), run: () => showLeftJobs(services, home) };
  return resumable ? [resume, show] : [show];
}

/** The list of left jobs; choosing one asks what to do with it. */
async function showLeftJobs(services: Services, home: vscode.Uri): Promise<void> {
  const door = await openDoor(services, home);
  await using lease = await door.pipeline();
  const pipeline = lease.value;
  const jobs = await pipeline.listLeftJobs();
  const job = await services.dialogs.pick(
    vscode.l10n.t('Unfinished Images'),
    jobs.map((candidate) => ({
      label: titleOf(candidate),
      description: stateText(candidate),
      // not the label, which goes to the log
      detail: promptText(candidate),
      value: candidate,
    })),
  );
  if (job === undefined) return;
  const unknown = job.state === 'unknown';
  const answer = await services.dialogs.decide(
    titleOf(job),
    unknown ? unknownDetail(job) : vscode.l10n.t('This image has not been made yet.'),
    [
      unknown
        ? { label: vscode.l10n.t('Make Again'), value: 'retry' }
        : { label: vscode.l10n.t('Resume'), value: 'resume' },
      { label: vscode.l10n.t('Discard'), value: 'discard' },
    ],
  );
  if (answer === 'discard') await pipeline.cancelJob(job.id);
  else if (answer !== undefined) {
    await withPipeline(services, home, job.count, (current, options) =>
      answer === 'retry' ? current.retryJob(job.id, options) : current.resumeJobs(job.id, options),
    );
  }
}

function titleOf(job: Job): string {
  return `${job.request.model} · ${new Date(job.createdAt).toLocaleString()}`;
}

function stateText(job: Job): string {
  if (job.state === 'unknown') return vscode.l10n.t('sent, no answer');
  return job.state === 'queued' ? vscode.l10n.t('not sent') : vscode.l10n.t('half done');
}

function unknownDetail(job: Job): string {
  const sent = vscode.l10n.t('The request was sent and its answer never came.');
  if (!isCharged(job)) return sent;
  return `${sent} ${vscode.l10n.t('It may have been charged; making it again is a new request and is charged again.')}`;
}

function promptText(job: Job): string {
  const { prompt } = job.request;
  return prompt.length > shownPromptCharacters ? `${prompt.slice(0, shownPromptCharacters)}…` : prompt;
}

async function withPipeline(
  services: Services,
  home: vscode.Uri,
  images: number,
  run: (pipeline: Pipeline, options: RunOptions) => Promise<RunResult>,
): Promise<void> {
  try {
    const door = await openDoor(services, home);
    await using lease = await door.pipeline();
    const left = await lease.value.listLeftJobs();
    const used = new Set(left.map((job) => job.request.connection));
    for (const connection of connectionsOf(door.settings)) {
      if (used.has(connection.id)) await confirmOrigin(services, connection);
    }
    const title = vscode.l10n.t('Shotlist: finishing {0}', countText(images));
    const result = await runWithProgress(services, title, images, (options) => run(lease.value, options));
    const assets = result.jobs.flatMap((job) => job.assets);
    const failed = result.jobs.find((job) => job.error !== undefined)?.error;
    const [first] = assets;
    if (first !== undefined) {
      services.dialogs.inform(vscode.l10n.t('Finished {0}.', countText(assets.length)), [
        {
          label: vscode.l10n.t('Reveal'),
          run: () => vscode.commands.executeCommand('revealInExplorer', uriOf(home, first)),
        },
      ]);
    }
    if (failed !== undefined) showError(services, ShotlistError.fromData(failed));
  } catch (thrown) {
    showError(services, thrown);
  }
}
