/** The only layer that repeats calls: what may be repeated, when, and how often. */
import pRetry from 'p-retry';
import { throwIfAborted } from '../network/abort.ts';
import type { Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';

export interface RetryOptions {
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait, so that doors can show what is waited for. */
  readonly onWait?: ((wait: RetryWait) => void) | undefined;
}

export interface RetryWait {
  readonly waitMs: number;
  /** What the last attempt ended with. */
  readonly error: ShotlistError;
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
}

const creatingAttempts = 4;
const readingAttempts = 6;
/** Whoever asks for more patience than this gets none: the person decides. */
const maxServerWaitMs = 120_000;
const firstBackoffMs = 1_000;
const maxBackoffMs = 30_000;

/**
 * A paid call: repeated only where the server or the network made sure that nothing was done, that is after a 429 that
 * isn't quota, a 503 with Retry-After, or a connection that failed before a byte was sent.
 * @throws ShotlistError of the last attempt; `cancelled` or `timeout` where the signal aborts a wait
 */
export function createWithRetry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  return withRetry(task, options, creatingAttempts, (error) => error.retryable && !error.maybeCharged);
}

/** A call that costs nothing (poll, list, download): repeated after every passing fault. */
export function readWithRetry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  return withRetry(task, options, readingAttempts, (error) => error.retryable);
}

function withRetry<T>(
  task: () => Promise<T>,
  { environment, signal, onWait }: RetryOptions,
  attempts: number,
  mayRepeat: (error: ShotlistError) => boolean,
): Promise<T> {
  const attemptOnce = async (): Promise<T> => {
    throwIfAborted(signal);
    try {
      return await task();
    } catch (error) {
      throw ShotlistError.from(error);
    }
  };
  const waitForNext = async (error: ShotlistError, attempt: number): Promise<boolean> => {
    if (!mayRepeat(error) || signal?.aborted === true) return false;
    const waitMs = waitBefore(attempt, error, environment.random);
    onWait?.({ waitMs, error, attempt });
    try {
      await environment.clock.sleep(waitMs, signal);
    } catch (failure) {
      throwIfAborted(signal);
      throw failure;
    }
    return true;
  };
  return pRetry(attemptOnce, {
    retries: attempts - 1,
    // p-retry decides how often, our clock how long. It doesn't get the signal, because it would then throw away the
    // answer of a paid call that arrives while the signal aborts.
    minTimeout: 0,
    shouldRetry: ({ error, attemptNumber }) => waitForNext(error as ShotlistError, attemptNumber),
  });
}

/** @throws ShotlistError the same fault, saying how long the server wants to be left alone, where that is too long */
function waitBefore(attempt: number, error: ShotlistError, random: () => number): number {
  const { retryAfterMs } = error;
  if (retryAfterMs === undefined) {
    const full = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (attempt - 1));
    return Math.round(full * (0.75 + 0.25 * random()));
  }
  if (retryAfterMs > maxServerWaitMs) {
    throw new ShotlistError(error.code, error.message, {
      hint: `The server asks to wait ${describeSeconds(retryAfterMs)}; try again then.`,
      retryable: true,
      retryAfterMs,
      provider: error.provider,
      cause: error,
    });
  }
  // a little later, and not all at once
  return Math.round(retryAfterMs + 250 + 750 * random());
}

function describeSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
