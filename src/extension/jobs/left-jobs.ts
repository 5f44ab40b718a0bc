import * as vscode from 'vscode';
import type { Job } from '../../core/jobs/job.ts';
import type { Action } from '../dialogs.ts';
import { countJobsText } from '../media-count.ts';
import { openDoor } from '../pipelines.ts';
import type { Services } from '../services.ts';
import { isCharged } from './is-charged.ts';
import { resumeIn } from './job-runs.ts';
import { showJobs } from './tell-of-kept.ts';

const toldKey = 'toldJobs';

/** One notice for a folder, about the jobs that wait for the person and that no earlier notice was about. */
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
  const resumable = jobs.filter((job) => job.state !== 'unknown');
  const resume: Action = { label: vscode.l10n.t('Resume'), run: () => resumeIn(services, home, resumable, undefined) };
  services.dialogs.inform(noticeText(jobs), [...(resumable.length === 0 ? [] : [resume]), showJobs()]);
}

/** Once for jobs that were under way when the window was closed. */
export function tellOfTakenUp(services: Services, jobs: readonly Job[]): void {
  if (jobs.length === 0) return;
  services.dialogs.inform(vscode.l10n.t('Shotlist goes on with {0}.', countJobsText(jobs)), [showJobs()]);
}

function noticeText(jobs: readonly Job[]): string {
  const unknown = jobs.filter((job) => job.state === 'unknown');
  const open = jobs.filter((job) => job.state !== 'unknown');
  const parts = [
    open.length === 0
      ? ''
      : vscode.l10n.t('An earlier run was cut off: {0} left to make or finish.', countJobsText(open)),
    unknown.length === 0
      ? ''
      : unknown.every(isCharged)
        ? vscode.l10n.t(
            'It is not known what became of {0}: sent, perhaps charged, and not sent again by itself.',
            countJobsText(unknown),
          )
        : vscode.l10n.t('It is not known what became of {0}; nothing is sent again by itself.', countJobsText(unknown)),
  ];
  return parts.filter((part) => part !== '').join(' ');
}
