/** The paid call of a job: in its turn, recorded before it is made, repeated only where nothing was done. */
import { ShotlistError } from '../errors.ts';
import { loadInput } from '../planning/inputs.ts';
import type { Gateway } from './gateway.ts';
import type { Job } from './job.ts';
import type { Piece } from './piece.ts';
import { chargedOrNot } from './recovery.ts';
import { createWithRetry } from './retry.ts';

/**
 * @param call makes the call with the contents of the request's inputs
 * @throws ShotlistError of the last attempt; `cancelled` where nothing more is to be sent
 */
export function submit<Answer>(
  piece: Piece,
  { limiter }: Gateway,
  call: (inputs: readonly Uint8Array[]) => Promise<Answer>,
): Promise<Answer> {
  const { control, options } = piece;
  const { environment, journal, room } = options;
  const { clock } = environment;

  const sendOnce = async (): Promise<Answer> => {
    // read late, so that a thousand queued edits don't hold their pictures
    const inputs = await Promise.all(piece.job.request.inputs.map(loadInput));
    await room();
    if (control.noMore.aborted) throw new ShotlistError('cancelled', 'Nothing more is sent.');
    await piece.moveTo({ ...piece.job, state: 'submitting', submittedAt: clock.now() }, journal.self.token);
    return call(inputs);
  };
  const takeTurn = (): Promise<Answer> =>
    limiter.run(sendOnce, {
      signal: control.noMore,
      onWait: (untilMs) =>
        control.emit({ type: 'waiting', job: piece.job, reason: 'The limit of requests is reached.', untilMs }),
    });
  return createWithRetry(takeTurn, {
    environment,
    signal: control.noMore,
    onWait: ({ waitMs, error }) =>
      control.emit({ type: 'waiting', job: piece.job, reason: error.message, untilMs: clock.now() + waitMs }),
  });
}

/** What becomes of a job for which no answer came. */
export function afterNoAnswer({ job, control }: Piece, error: ShotlistError, maybeCharged: boolean): Job {
  const { error: _, ...plain } = job;
  if (job.state === 'submitting' && maybeCharged) {
    const known = error.toData();
    return { ...plain, state: 'unknown', error: { ...known, ...mayBeCharged(job, known.message) } };
  }
  const isStopped = control.noMore.aborted && error.code === 'cancelled';
  if (isStopped && !control.isCancelled()) return { ...plain, state: 'queued' };
  return { ...plain, state: isStopped ? 'cancelled' : 'failed', error: error.toData() };
}

function mayBeCharged(job: Job, message: string): { message: string; hint: string } {
  const { hint = '' } = chargedOrNot(job, '');
  return { message: /charged/i.test(message) ? message : `${message} It may have been charged.`, hint };
}
