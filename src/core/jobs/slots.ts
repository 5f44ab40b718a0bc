/** How many clips of a connection are in the making at once in this process. */
import type { Connection } from '../connections/connection.ts';
import { abortError } from '../network/abort.ts';

export type Release = () => void;

export interface Slots {
  /**
   * Waits for a free slot, in the order of asking.
   * @throws ShotlistError `cancelled` or `timeout` where the signal aborts before
   */
  take(connection: Connection, signal: AbortSignal, onWait: () => void): Promise<Release>;
  /** For a clip that is in the making already: it waits for nothing, but counts. */
  occupy(connection: Connection): Release;
}

export function createSlots(): Slots {
  const used = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const change = (id: string, by: number): void => void used.set(id, (used.get(id) ?? 0) + by);

  const release = ({ id, videoConcurrency }: Connection): Release => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      change(id, -1);
      if ((used.get(id) ?? 0) < videoConcurrency) waiting.get(id)?.shift()?.();
    };
  };
  const occupy = (connection: Connection): Release => {
    change(connection.id, 1);
    return release(connection);
  };

  return {
    occupy,
    async take(connection, signal, onWait) {
      if (signal.aborted) throw abortError(signal);
      const { id, videoConcurrency } = connection;
      if ((used.get(id) ?? 0) < videoConcurrency) return occupy(connection);
      onWait();
      const queue = waiting.get(id) ?? [];
      waiting.set(id, queue);
      return new Promise((resolve, reject) => {
        const begin = (): void => {
          signal.removeEventListener('abort', stop);
          resolve(occupy(connection));
        };
        const stop = (): void => {
          queue.splice(queue.indexOf(begin), 1);
          reject(abortError(signal));
        };
        signal.addEventListener('abort', stop, { once: true });
        queue.push(begin);
      });
    },
  };
}
