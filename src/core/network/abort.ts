import { ShotlistError } from '../errors.ts';

/** What an aborted signal means: its reason where that is one of our errors, a time-out, else `cancelled`. */
export function abortError(signal: AbortSignal): ShotlistError {
  const reason: unknown = signal.reason;
  if (ShotlistError.is(reason)) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new ShotlistError('timeout', 'It took too long.', { retryable: true, cause: reason });
  }
  return new ShotlistError('cancelled', 'Cancelled.', { cause: reason });
}

/** @throws ShotlistError as `abortError` tells */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortError(signal);
}
