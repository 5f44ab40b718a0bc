/** How to go on with what is left. */
import type { JobReport } from '../core/jobs/job.ts';
import type { GlobalOptions } from './command.ts';
import { isLeft } from './exit-code.ts';
import { plural } from './words.ts';

/** The command that goes on, with the address that this run was given: it is stored nowhere. */
export function resumeCommand({ connection, baseUrl, workspace }: GlobalOptions): string {
  return [
    'shotlist jobs resume',
    ...(baseUrl === undefined
      ? []
      : [...(connection === undefined ? [] : ['--connection', connection]), '--base-url', baseUrl]),
    ...(workspace === undefined ? [] : ['--workspace', /\s/.test(workspace) ? `"${workspace}"` : workspace]),
  ].join(' ');
}

/** What can be done about jobs that are left; undefined where none is. */
export function whatIsLeft(
  jobs: readonly Pick<JobReport, 'id' | 'status'>[],
  options: GlobalOptions,
): string | undefined {
  const unknown = jobs.filter(({ status }) => status === 'unknown');
  const resumable = jobs.filter((job) => isLeft(job) && job.status !== 'unknown');
  const sentences: string[] = [];
  if (resumable.length > 0) {
    sentences.push(`${plural(resumable.length, 'job')} left: \`${resumeCommand(options)}\` goes on.`);
  }
  if (unknown.length > 0) {
    sentences.push(
      `${plural(unknown.length, 'job')} sent and not answered, so perhaps charged: \`shotlist jobs retry ${unknown[0]?.id}\` makes it again.`,
    );
  }
  return sentences.join('\n') || undefined;
}
