/** One for each connection: how many requests run at once and how many start in a minute. */
import PQueue from 'p-queue';
import { abortError } from '../network/abort.ts';
import type { Connection } from '../connections/connection.ts';
import type { Environment } from '../environment.ts';
import { retryAfterMs } from '../network/retry-after.ts';

export interface LimiterOptions {
  /** Ends the waiting, not the task: a task that has begun is always awaited, because it may be paid for. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the task has to wait for the server or for the requests of a minute, with the time it may start. */
  readonly onWait?: ((untilMs: number) => void) | undefined;
}

export interface Limiter {
  /**
   * Runs the task when its turn has come, in the order of asking. Repeated attempts each take a turn of their own:
   * put this inside the retry.
   * @throws ShotlistError `cancelled` or `timeout` where the signal aborts before the task begins; else what the task throws
   */
  run<T>(task: () => Promise<T>, options?: LimiterOptions): Promise<T>;
  /** Reads what a server's answer says about its limits; new tasks wait accordingly. */
  observe(headers: Headers, status: number): void;
}

const minuteMs = 60_000;
/** No server makes us stand still for longer; the next answer tells again. */
const maxPauseMs = 120_000;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: minuteMs, h: 60 * minuteMs };
const limitedThings = ['requests', 'tokens', 'images', 'input-images', 'output-images'];

export function createLimiter(
  connection: Pick<Connection, 'concurrency' | 'requestsPerMinute'>,
  { clock }: Pick<Environment, 'clock'>,
): Limiter {
  const queue = new PQueue({ concurrency: connection.concurrency });
  const perMinute = connection.requestsPerMinute ?? Infinity;
  /** When the last `perMinute` tasks started. */
  const starts: number[] = [];
  let pausedUntil = 0;

  const nextStart = (): number => {
    const oldest = starts.length >= perMinute ? (starts[starts.length - perMinute] ?? 0) + minuteMs : 0;
    return Math.max(pausedUntil, oldest);
  };
  const waitForTurn = async (signal: AbortSignal, onWait: LimiterOptions['onWait']): Promise<void> => {
    for (let start = nextStart(); start > clock.now(); start = nextStart()) {
      onWait?.(start);
      await clock.sleep(start - clock.now(), signal);
    }
    if (perMinute === Infinity) return;
    starts.push(clock.now());
    if (starts.length > perMinute) starts.shift();
  };
  const pauseFor = (ms: number): void => {
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(ms, maxPauseMs));
  };

  return {
    async run<T>(task: () => Promise<T>, { signal, onWait }: LimiterOptions = {}): Promise<T> {
      const waiting = new AbortController();
      const stopWaiting = (): void => waiting.abort(signal?.reason);
      if (signal?.aborted === true) stopWaiting();
      signal?.addEventListener('abort', stopWaiting, { once: true });
      try {
        return await queue.add(
          async () => {
            await waitForTurn(waiting.signal, onWait);
            // whoever was told that it doesn't begin must be right
            waiting.signal.throwIfAborted();
            signal?.removeEventListener('abort', stopWaiting);
            return task();
          },
          { signal: waiting.signal },
        );
      } catch (error) {
        throw waiting.signal.aborted ? abortError(waiting.signal) : error;
      } finally {
        signal?.removeEventListener('abort', stopWaiting);
      }
    },

    observe(headers, status) {
      if (status === 429 || status === 503) {
        const asked = retryAfterMs(headers);
        if (asked !== undefined) pauseFor(asked);
      }
      for (const thing of limitedThings) {
        if (headers.get(`x-ratelimit-remaining-${thing}`)?.trim() !== '0') continue;
        const resetMs = parseDuration(headers.get(`x-ratelimit-reset-${thing}`));
        if (resetMs !== undefined) pauseFor(resetMs);
      }
    },
  };
}

/** `1s`, `6m0s`, `20ms`, `1h2m3.5s`, or a bare number of seconds, in milliseconds. */
function parseDuration(text: string | null): number | undefined {
  const duration = text?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(duration)) return Number(duration) * 1000;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (duration === '' || parts.map(([part]) => part).join('') !== duration) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
