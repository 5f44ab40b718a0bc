import * as vscode from 'vscode';
import type { Job } from '../../core/jobs/job.ts';
import { clipActions, revealAction } from '../clip-actions.ts';
import type { Action } from '../dialogs.ts';
import { uriOfPath } from '../file-uri.ts';
import { countText } from '../media-count.ts';
import type { Services } from '../services.ts';

/** What became of a job that was gone on with. */
export function tellOfKept({ dialogs, log }: Pick<Services, 'dialogs' | 'log'>, home: vscode.Uri, job: Job): void {
  const output = job.outputs.find(({ placed }) => placed);
  if (job.state === 'done' && output !== undefined) {
    const uri = uriOfPath(home, output.path);
    const name = uri.path.split('/').at(-1) ?? '';
    const actions = job.request.kind === 'video' ? clipActions(uri) : [revealAction(uri)];
    dialogs.inform([vscode.l10n.t('Made {0}.', name), ...job.warnings].join(' '), actions);
    return;
  }
  const { error } = job;
  if (error === undefined || job.state === 'done') return;
  if (error.code === 'cancelled') dialogs.inform(error.message);
  else {
    // not the prompt: what is shown here goes to the log
    const what = vscode.l10n.t('{0} is not finished:', countText(job.count, job.request.kind));
    dialogs.fail(`${what} ${error.message} ${error.hint ?? ''}`.trim(), [showJobs(), logAction(log)]);
  }
}

export function showJobs(): Action {
  return {
    label: vscode.l10n.t('Show Jobs'),
    run: () => vscode.commands.executeCommand('shotlist.jobs.focus'),
  };
}

function logAction(log: Services['log']): Action {
  return { label: vscode.l10n.t('Show Log'), run: () => log.show() };
}
