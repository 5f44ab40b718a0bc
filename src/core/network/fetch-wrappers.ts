/** What is put around `fetch` before a provider gets it. All of these keep the answer's status and headers. */
import { ShotlistError } from '../errors.ts';
import type { FetchFunction } from '../environment.ts';

/** Looks at each answer of a server, for the limiter. */
export function withObserver(fetch: FetchFunction, observe: (headers: Headers, status: number) => void): FetchFunction {
  return async (input, init) => {
    const response = await fetch(input, init);
    observe(response.headers, response.status);
    return response;
  };
}

/**
 * Never follows a redirect, because `fetch` would carry key headers other than Authorization along to another origin.
 * @throws ShotlistError `bad_response` naming where the server points
 */
export function withoutRedirects(fetch: FetchFunction): FetchFunction {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (!isRedirect(response)) return response;
    await discard(response);
    throw redirected(urlOf(input), response);
  };
}

/** Limits how much of an answer is read. @throws ShotlistError `bad_response` as soon as the limit is passed */
export function withAnswerLimit(fetch: FetchFunction, maxBytes: number): FetchFunction {
  return async (input, init) => {
    const response = await fetch(input, init);
    const length = Number(response.headers.get('content-length') ?? NaN);
    if (response.body === null || length <= maxBytes) return response;
    let received = 0;
    const limited = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          received += chunk.length;
          if (received > maxBytes) controller.error(tooLarge(urlOf(input), maxBytes));
          else controller.enqueue(chunk);
        },
      }),
    );
    return new Response(limited, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

/** An opaque redirect is what browsers' and Electron's `fetch` make of `redirect: 'manual'`. */
export function isRedirect(response: Response): boolean {
  return (
    response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400 && response.status !== 304)
  );
}

/** Frees the connection of an answer that nobody reads. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

export function urlOf(input: string | URL | Request): URL {
  return new URL(input instanceof Request ? input.url : input);
}

function redirected(from: URL, response: Response): ShotlistError {
  const location = response.headers.get('location');
  const to = location === null ? undefined : URL.parse(location, from.href);
  const where = to === undefined || to === null ? 'another address' : to.origin;
  return new ShotlistError(
    'bad_response',
    `${from.host} redirects to ${where}, which is not followed because the key would go there.`,
    {
      hint: 'If that is the right server, make it the base URL of the connection.',
      // 303 is the answer to a request that was carried out
      maybeCharged: response.status === 303,
      provider: { status: response.status },
    },
  );
}

function tooLarge(url: URL, maxBytes: number): ShotlistError {
  return new ShotlistError('bad_response', `${url.host} sent more than ${Math.round(maxBytes / 1024 / 1024)} MiB.`, {
    maybeCharged: true,
  });
}
