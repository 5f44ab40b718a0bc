/** `shotlist jobs`: what was made, what is left, and how to go on with it. */
import { type Command, Option } from 'commander';
import { videoVariants } from '../../core/providers/provider.ts';
import type { Act, Handler } from '../command.ts';
import { addWaitOptions } from '../wait-options.ts';
import { cancelJob, deleteJob, fetchJob } from './jobs-change.ts';
import { resumeJobs, retryJob } from './jobs-send.ts';
import { listJobs, showJob } from './jobs-show.ts';

export function configureJobs(command: Command, act: Act): void {
  command
    .usage('[list | show JOB | resume [JOB] | retry JOB | cancel JOB | fetch JOB | delete JOB] [OPTIONS]')
    .helpCommand(false)
    .addHelpText('after', help);
  const add = <Options extends object>(
    name: string,
    summary: string,
    argument: string,
    run: Handler<Options>,
  ): Command => {
    const subcommand = command.command(name, { isDefault: name === 'list' }).description(summary);
    subcommand.usage(`${argument === '' ? '' : `${argument} `}[OPTIONS]`);
    if (argument !== '') subcommand.argument(argument, 'id of the job');
    return subcommand.action(act(run));
  };
  add('list', 'all jobs of the workspace, newest first (the default)', '', listJobs);
  add('show', 'everything about one job', '<JOB>', showJob);
  addWaitOptions(add('resume', 'finish what was cut off: one job, or all that are left', '[JOB]', resumeJobs));
  addWaitOptions(add('retry', 'make it again as a new job, which is paid again', '<JOB>', retryJob));
  add('cancel', 'take a job out that is waiting or running', '<JOB>', cancelJob);
  add('fetch', 'fetch a finished clip once more, or its thumbnail; costs nothing', '<JOB>', fetchJob).addOption(
    new Option('--variant <VARIANT>', 'what to fetch').choices(videoVariants).default('video'),
  );
  add('delete', 'delete a clip at its provider; the file here stays', '<JOB>', deleteJob);
}

const help = `
States: queued (not sent yet), submitting and running (sent), downloading, done, failed, cancelled, and
unknown: it was sent and no answer came, so it may have been charged. An unknown job is never sent again
by itself; \`shotlist jobs retry JOB\` does so, knowingly. A cancelled clip that the provider had begun
can be resumed by its id.

Examples:
  shotlist jobs
  shotlist jobs resume
  shotlist jobs retry job_3f9c2a
  shotlist jobs fetch job_3f9c2a --variant thumbnail -o fox.webp`;
