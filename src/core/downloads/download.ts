/** Fetches results that a server handed over as links. */
import { abortError } from '../network/abort.ts';
import { originOf, type Connection } from '../connections/connection.ts';
import type { FetchFunction } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { describeNetworkFault, networkFault } from '../network/network-faults.ts';
import { discard } from '../network/fetch-wrappers.ts';
import { retryAfterMs } from '../network/retry-after.ts';
import { safeFetch } from '../network/safe-fetch.ts';

export interface DownloadContext {
  readonly connection: Connection;
  /** Headers with the connection's key; they go to its own origin only. */
  readonly keyHeaders: Readonly<Record<string, string>>;
  readonly fetch: FetchFunction;
  readonly signal: AbortSignal;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export const maxImageDownloadBytes = 64 * 1024 * 1024;

/**
 * A picture's bytes; what they are is for the caller to check.
 * @throws ShotlistError `download_failed` (retryable where it may work later), `cancelled`
 */
export async function downloadImage(url: string, context: DownloadContext): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of downloadChunks(url, context, maxImageDownloadBytes)) chunks.push(chunk);
  if (chunks.length === 0) throw failed('The result is empty.', { retryable: true });
  return Buffer.concat(chunks);
}

/**
 * The result piece by piece, for whoever writes it to disk. `headers` may ask for a range.
 * @throws ShotlistError as `downloadImage`; also as soon as there are more than `maxBytes`
 */
export async function* downloadChunks(
  url: string,
  context: DownloadContext,
  maxBytes: number,
  headers: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  const { fetch, signal, keyHeaders, resolve } = context;
  const ownOrigin = originOf(context.connection);
  try {
    const response = await safeFetch(url, {
      fetch,
      signal,
      ownOrigin,
      keyHeaders,
      headers,
      ...(resolve && { resolve }),
    });
    if (!response.ok) {
      await discard(response);
      throw refusedBy(response);
    }
    let received = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received > maxBytes) throw failed(`The result is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB.`);
      yield chunk;
    }
  } catch (error) {
    throw downloadError(error, url, signal);
  }
}

/** What went wrong on the way, as an error of ours. */
export function downloadError(error: unknown, url: string, signal: AbortSignal): ShotlistError {
  if (signal.aborted) return abortError(signal);
  if (ShotlistError.is(error)) return error;
  const fault = networkFault(error);
  if (fault === undefined) return ShotlistError.from(error);
  const { message, hint, retryable } = describeNetworkFault(fault, URL.parse(url)?.host ?? 'the server');
  return failed(`The result could not be downloaded: ${message}`, { hint, retryable, cause: error });
}

/** An answer that isn't the result. */
export function refusedBy(response: Response): ShotlistError {
  const { status } = response;
  const gone = [401, 403, 404, 410].includes(status);
  return failed(`The result could not be downloaded: the server answered with status ${status}.`, {
    hint: gone ? 'The link may have expired.' : undefined,
    retryable: status === 408 || status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(response.headers),
    provider: { status },
  });
}

export function failed(message: string, details: ConstructorParameters<typeof ShotlistError>[2] = {}): ShotlistError {
  return new ShotlistError('download_failed', message, details);
}
