/** Tells connections that bring nothing from those that are slow. */
import { systemClock, type Clock } from '../environment.ts';
import type { ShotlistError } from '../errors.ts';
import { failed } from './download.ts';

const stallMs = 60_000;
/** A connection that brings less in a minute has stalled, and an attempt that brings less hasn't got on. */
export const leastProgressBytes = 64 * 1024;

export interface StallWatch {
  /** Aborts with the caller's signal, and where too little came for too long. */
  readonly signal: AbortSignal;
  end(): void;
}

/** @param received tells how many bytes there are */
export function watchForStall(received: () => number, caller: AbortSignal, clock: Clock = systemClock): StallWatch {
  const stall = new AbortController();
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    for (;;) {
      const before = received();
      await clock.sleep(stallMs, ended.signal);
      if (received() - before < leastProgressBytes) stall.abort();
    }
  };
  look().catch(() => undefined);
  return { signal: AbortSignal.any([caller, stall.signal]), end: () => ended.abort() };
}

export function stalled(): ShotlistError {
  return failed(`The download stalled: for ${stallMs / 1000} seconds next to nothing came.`, { retryable: true });
}

/** Gives up waiting as soon as the signal aborts, also for somebody who doesn't listen to it. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
