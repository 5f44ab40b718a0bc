import { systemClock, type Clock } from '../../../src/core/environment.ts';

/** How much faster than the real clock: what takes minutes at providers takes seconds here. */
const speed = 20;

/** The same time in all processes that were given the same beginning (milliseconds since 1970). */
export function createFastClock(beginning: number): Clock {
  return {
    now: () => Math.round(beginning + (Date.now() - beginning) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
