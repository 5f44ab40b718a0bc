import type { Clock } from '../../src/core/environment.ts';

export interface FakeClock extends Clock {
  /** Everything that was slept, in milliseconds, in order of asking. */
  readonly sleeps: readonly number[];
  /** Lets time pass; whoever is due wakes in order, and gets to run before the next one wakes. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still. With `automatic` each sleep passes at once, and time moves on by it. */
export function createFakeClock(options: { readonly start?: number; readonly automatic?: boolean } = {}): FakeClock {
  let time = options.start ?? Date.UTC(2026, 10, 22, 12);
  const sleeps: number[] = [];
  const sleepers = new Set<Sleeper>();
  return {
    sleeps,
    now: () => time,
    sleep(ms, signal) {
      sleeps.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        if (options.automatic === true) {
          time += ms;
          setImmediate(resolve);
          return;
        }
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: time + ms,
          wake() {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        time = Math.max(time, next.at);
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      time = end;
    },
  };
}

/** Lets everything run that doesn't wait for time or the network. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
