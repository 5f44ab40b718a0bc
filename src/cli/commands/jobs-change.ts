/** `shotlist jobs cancel`, `fetch` and `delete`: what concerns one job and costs nothing. */
import { reportJob } from '../../core/jobs/report.ts';
import type { VideoVariant } from '../../core/providers/provider.ts';
import { ShotlistError } from '../../core/errors.ts';
import type { Invocation } from '../command.ts';
import { pathOfOutput } from '../draft-options.ts';
import { exitCodes } from '../exit-code.ts';
import { withJobSession } from '../job-session.ts';
import { confirm } from '../spending.ts';
import { idOf, showJob } from './jobs-show.ts';

export async function cancelJob(invocation: Invocation): Promise<number> {
  const { output, options } = invocation;
  if (options.dryRun === true) return showJob(invocation);
  return withJobSession(invocation, idOf(invocation), async ({ pipeline }) => {
    const report = await pipeline.cancelJob(idOf(invocation));
    const { id, status, error } = report;
    // the message says whether the provider may still charge
    if (status === 'cancelled') output.note(`${id}: ${error?.message ?? 'The job was cancelled.'}`);
    else if (status === 'done' || status === 'failed') output.note(`${id} is ${status}: there is nothing to cancel.`);
    else output.note(`${id} was told to stop (${status}).`);
    if (status === 'cancelled' && error?.hint !== undefined) output.note(error.hint);
    output.document({ ok: true, jobs: [report] });
    return exitCodes.done;
  });
}

export async function fetchJob(invocation: Invocation<{ readonly variant?: VideoVariant }>): Promise<number> {
  const { output, options, io } = invocation;
  const { variant = 'video', output: place } = options;
  if (options.dryRun === true) return showJob(invocation);
  return withJobSession(invocation, idOf(invocation), async ({ pipeline }) => {
    const id = idOf(invocation);
    const asset = await pipeline.fetchAgain(id, variant, place === undefined ? undefined : pathOfOutput(place, io));
    output.print(asset.path);
    output.document({ ok: true, jobs: [reportJob(await pipeline.findJob(id))], asset });
    return exitCodes.done;
  });
}

export async function deleteJob(invocation: Invocation): Promise<number> {
  const { output, options } = invocation;
  if (options.dryRun === true) return showJob(invocation);
  return withJobSession(invocation, idOf(invocation), async ({ pipeline }) => {
    const id = idOf(invocation);
    const { request } = await pipeline.findJob(id);
    const isMeant = await confirm(
      `Delete the clip of ${id} at ${request.connection}? The file here stays.`,
      `This would delete the clip of ${id} at ${request.connection} for good; the file here would stay.`,
      invocation,
    );
    if (!isMeant) throw new ShotlistError('cancelled', 'Nothing was deleted.');
    await pipeline.removeAtProvider(id);
    output.note(`The clip of ${id} is deleted at ${request.connection}; the file here stays.`);
    output.document({ ok: true, jobs: [reportJob(await pipeline.findJob(id))] });
    return exitCodes.done;
  });
}
