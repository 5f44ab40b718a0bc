/** What the strict servers of Google's APIs say besides the results, and the addresses of the Interactions API. */
import { json, type RecordedRequest, type Reply } from './http-server.ts';

export type GeminiPhase = 'create' | 'status' | 'cancel' | 'remove' | 'file' | 'download' | 'models';

/** Google's envelope. */
export function googleFault(
  code: number,
  status: string,
  message: string,
  details: readonly unknown[] = [],
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(code, { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } }, headers);
}

export const apiKeyInvalid = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'API_KEY_INVALID',
  domain: 'googleapis.com',
};

export function routeOf({
  method,
  path,
}: RecordedRequest): { readonly phase: GeminiPhase; readonly id?: string } | undefined {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const job = /^\/v1\/interactions\/([\w-]+)$/.exec(pathname)?.[1];
  if (method === 'POST' && pathname === '/v1/interactions') return { phase: 'create' };
  if (method === 'GET' && job !== undefined) return { phase: 'status', id: job };
  if (method === 'DELETE' && job !== undefined) return { phase: 'remove', id: job };
  const cancelled = /^\/v1\/interactions\/([\w-]+)\/cancel$/.exec(pathname)?.[1];
  if (method === 'POST' && cancelled !== undefined) return { phase: 'cancel', id: cancelled };
  const stored = /^\/v1\/files\/([\w-]+)$/.exec(pathname)?.[1];
  if (method === 'GET' && stored !== undefined) return { phase: 'file', id: stored };
  const bytes = /^\/v1(?:beta)?\/files\/([\w-]+):download$/.exec(pathname)?.[1];
  if (method === 'GET' && bytes !== undefined && searchParams.get('alt') === 'media')
    return { phase: 'download', id: bytes };
  return method === 'GET' && pathname === '/v1/models' ? { phase: 'models' } : undefined;
}

/** In two pages. */
export function listModels(query: URLSearchParams): Reply {
  return query.get('pageToken') === 'next'
    ? json(200, { models: [{ name: 'models/gemini-3.1-flash-image' }] })
    : json(200, { models: [{ name: 'models/gemini-omni-1.1-flash' }], nextPageToken: 'next' });
}
