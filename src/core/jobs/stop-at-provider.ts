/** Tells a provider that nobody wants a clip any more, and the person what that means for the bill. */
import type { Environment } from '../environment.ts';
import { ShotlistError, type ErrorData } from '../errors.ts';
import type { Gateways } from './gateway.ts';
import type { Job } from './job.ts';
import type { Journal } from '../journal/journal.ts';
import { operationSchema } from '../providers/provider.ts';

const patienceMs = 15_000;

export interface StopOptions {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly environment: Pick<Environment, 'clock' | 'log'>;
}

/**
 * For a job that is `cancelled` already. One that has no operation is left as it is.
 * @returns the job with an error that says whether the provider may charge; never throws
 */
export async function stopAtProvider(job: Job, { journal, gateways, environment }: StopOptions): Promise<Job> {
  const operation = operationSchema.safeParse(job.operation);
  if (job.state !== 'cancelled' || job.request.kind !== 'video' || !operation.success) return job;
  const message = await stop();
  const error: ErrorData = {
    code: 'cancelled',
    message,
    hint: 'What the provider has made of it can still be fetched: resume the job by its id.',
  };
  const next: Job = { ...job, error, updatedAt: environment.clock.now() };
  try {
    return (await journal.change(next, { state: 'cancelled', owner: undefined }, undefined)) ? next : job;
  } catch (failure) {
    environment.log.warn(`What became of job ${job.id} could not be recorded: ${String(failure)}`);
    return next;
  }

  async function stop(): Promise<string> {
    if (!operation.success) return 'The job was cancelled.';
    try {
      const gateway = await gateways.open(job);
      const { videos } = gateway.provider;
      if (videos?.cancel === undefined)
        return "The job was cancelled here; its provider can't be told to stop, works on and may charge for it.";
      await videos.cancel(operation.data, gateway.context(AbortSignal.timeout(patienceMs)));
      return 'The job was cancelled here and at its provider, which may still charge for it.';
    } catch (failure) {
      const { message: why } = ShotlistError.from(failure);
      return `The job was cancelled here; its provider couldn't be told, works on and may charge for it. ${why}`;
    }
  }
}
