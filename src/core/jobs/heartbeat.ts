/** Shows that this process lives while it has unfinished jobs, and hears who wants them stopped. Still otherwise. */
import type { Log } from '../environment.ts';
import type { Journal } from '../journal/journal.ts';

export interface Heartbeat {
  /** To be called when jobs begin; the function that comes back, when they end. */
  begin(): () => void;
}

const lookEveryMs = 1_000;
/** The lease is renewed at every tenth look. */
const looksPerBeat = 10;

/** The timer never keeps a process alive. */
export function createHeartbeat(journal: Journal, log: Log, onCancel: (jobId: string) => void): Heartbeat {
  let holders = 0;
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    if (looks++ % looksPerBeat === 0) await journal.beat();
    for (const id of await journal.cancelRequests()) onCancel(id);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    begin() {
      holders++;
      timer ??= setInterval(() => {
        look().catch((error: unknown) => log.warn(`The journal could not be looked at: ${String(error)}`));
      }, lookEveryMs).unref();
      return () => {
        if (--holders === 0) stop();
      };
    },
  };
}
