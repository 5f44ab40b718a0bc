/**
 * What the core needs from its surroundings: time, randomness, the network and a log are passed in, so that tests
 * neither sleep nor replace modules.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), like `Math.random`. */
export type Random = () => number;

export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface Log {
  trace(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: FetchFunction;
  readonly log: Log;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

export const silentLog: Log = { trace() {}, info() {}, warn() {}, error() {} };

/** The real surroundings. `fetch` is looked up at each call because VS Code and tests may replace the global. */
export function systemEnvironment(log: Log = silentLog): Environment {
  return { clock: systemClock, random: Math.random, fetch: (input, init) => globalThis.fetch(input, init), log };
}
