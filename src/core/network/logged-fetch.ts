/** Every call to a server leaves a line in the log: what was asked of whom, what came back, and how long it took. */
import type { Environment, FetchFunction } from '../environment.ts';

/** Neither headers nor bodies nor queries are logged: that is where keys and prompts are. */
export function loggedFetch(fetch: FetchFunction, { clock, log }: Pick<Environment, 'clock' | 'log'>): FetchFunction {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const call = `${method} ${url.origin}${url.pathname}`;
    const startedAt = clock.now();
    const took = (): string => `${((clock.now() - startedAt) / 1000).toFixed(1)} s`;
    log.trace(call);
    try {
      const response = await fetch(input, init);
      const requestId = response.headers.get('x-request-id');
      log.info(`${call}: ${response.status} after ${took()}${requestId === null ? '' : ` (${requestId})`}`);
      return response;
    } catch (error) {
      log.warn(`${call}: no answer after ${took()}: ${String(error)}`);
      throw error;
    }
  };
}
