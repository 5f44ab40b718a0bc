/** One job from the queue to its files: exactly one paid call. */
import { ShotlistError } from '../errors.ts';
import { stopAtProvider } from './stop-at-provider.ts';
import type { Job } from './job.ts';
import { Superseded } from '../journal/journal.ts';
import { makeClip } from './make-clip.ts';
import { makePictures } from './make-pictures.ts';
import { createPiece, type JobControl, type RunJobOptions } from './piece.ts';

/** Runs a job owned by this process; what goes wrong is in the job that comes back. */
export async function runJob(start: Job, options: RunJobOptions, control: JobControl): Promise<Job> {
  const { journal, gateways, environment } = options;
  const piece = createPiece(start, options, control);
  const craft = start.request.kind === 'video' ? makeClip(piece) : makePictures(piece);
  try {
    await craft.work(await gateways.open(start));
    for (const message of piece.job.warnings) control.emit({ type: 'warning', job: piece.job, message });
    control.emit({ type: 'changed', job: piece.job });
    return piece.job;
  } catch (error) {
    if (!(error instanceof Superseded)) {
      try {
        await piece.moveTo(craft.afterFailure(ShotlistError.from(error)), undefined);
        if (!control.isCancelled()) return piece.job;
        const job = await stopAtProvider(piece.job, options);
        control.emit({ type: 'changed', job });
        return job;
      } catch (failure) {
        if (!(failure instanceof Superseded)) {
          environment.log.error(`Job ${start.id} could not be recorded: ${String(failure)}`);
          return { ...piece.job, error: ShotlistError.from(error).toData() };
        }
      }
    }
    const entry = await journal.find(start.id).catch(() => undefined);
    return entry?.job ?? piece.job;
  }
}
