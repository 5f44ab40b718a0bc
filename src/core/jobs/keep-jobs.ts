/** Goes on with what other processes left at their providers, as long as a door is open. */
import { ShotlistError } from '../errors.ts';
import type { JobKeeper, RunOptions } from '../pipeline.ts';
import type { Job } from './job.ts';
import { othersMark } from '../journal/journal-queries.ts';
import { adoptFree, runOwned } from './run-owned.ts';
import { settleUnknown } from './settle-unknown.ts';
import type { Workshop, Workshops } from './workshop.ts';

/** How soon after another process died its jobs are taken up. */
const lookEveryMs = 15_000;

/** Sends nothing that is paid: `queued` jobs wait for the person. */
export function keepJobs(options: RunOptions, workshops: Workshops): JobKeeper {
  const { clock, log } = workshops.options.environment;
  const end = new AbortController();
  const signals = [end.signal, options.signal, options.drain].filter((signal) => signal !== undefined);
  const signal = AbortSignal.any(signals);
  const runs = new Set<Promise<unknown>>();
  /** Jobs that were left here, for example at the end of their window, with the time: they wait for the person. */
  const leftAt = new Map<string, number>();
  let mark = '';

  const look = async (workshop: Workshop): Promise<readonly Job[]> => {
    const { journal } = workshop;
    const runOptions = { ...options, signal };
    const isPending = await settleUnknown(workshop, { wait: false, signal, onEvent: options.onEvent });
    const left = (await journal.inStates(['running', 'downloading'])).filter(
      ({ job, owner }) => owner === undefined && leftAt.get(job.id) !== job.updatedAt,
    );
    if (signal.aborted) return [];
    const adopted = await adoptFree(left, journal);
    const run = runOwned(adopted, runOptions, workshop)
      .then((ended) => {
        for (const job of ended.values()) leftAt.set(job.id, job.updatedAt);
      })
      .catch((error: unknown) => log.error(`Jobs can't be gone on with: ${String(error)}`))
      .finally(() => runs.delete(run));
    runs.add(run);
    // what is too young to be settled is looked at again, whether or not anything changes
    mark = isPending ? '' : await othersMark(journal.database);
    return adopted.map(({ job }) => job);
  };

  /** Whether there may be something new: somebody changed the journal, or holds jobs and may have died. */
  const mayHaveLeft = async ({ journal }: Workshop): Promise<boolean> => {
    if ((await othersMark(journal.database)) !== mark) return true;
    return [...(await journal.owners()).keys()].some((token) => token !== journal.self.token);
  };

  const first = async (): Promise<readonly Job[]> =>
    (await workshops.openExisting()) === undefined ? [] : look(await workshops.openSettled());
  const keepLooking = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(lookEveryMs, signal);
      try {
        const workshop = await workshops.openExisting();
        if (workshop !== undefined && (await mayHaveLeft(workshop))) await look(await workshops.openSettled());
      } catch (error) {
        if (!signal.aborted) log.warn(`The journal could not be looked at: ${String(error)}`);
      }
    }
  };

  const started = first();
  const looking = started.then(keepLooking).catch(() => undefined);
  const stop = async (): Promise<void> => {
    forget();
    end.abort(new ShotlistError('cancelled', 'Shotlist is closing.'));
    await looking;
    await Promise.all(runs);
  };
  const forget = workshops.onClose(stop);
  return { started, stop };
}
