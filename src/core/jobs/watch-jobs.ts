/** Tells when any process changed the journal. */
import { changeMark } from '../journal/journal-queries.ts';
import type { Workshops } from './workshop.ts';

const lookEveryMs = 1_000;

/** @returns what ends the watching */
export function watchJobs(onChange: () => void, workshops: Workshops): () => void {
  const { clock, log } = workshops.options.environment;
  const end = new AbortController();
  const forget = workshops.onClose(() => end.abort());
  let last: string | undefined;
  const look = async (): Promise<void> => {
    const workshop = await workshops.openExisting();
    const mark = workshop === undefined ? '' : await changeMark(workshop.journal.database);
    const isNew = last !== undefined && mark !== last;
    last = mark;
    if (isNew && !end.signal.aborted) onChange();
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await look().catch((error: unknown) => {
        if (!end.signal.aborted) log.warn(`The journal could not be looked at: ${String(error)}`);
      });
      await clock.sleep(lookEveryMs, end.signal);
    }
  };
  watch().catch(() => undefined);
  return () => {
    forget();
    end.abort();
  };
}
