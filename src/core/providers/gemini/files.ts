/** Clips that the Gemini API keeps as files for about two days. */
import * as z from 'zod';
import { originOf, type Connection } from '../../connections/connection.ts';
import type { CallContext } from '../provider.ts';
import type { GoogleClient } from '../google/client.ts';

const fileSchema = z.object({ state: z.string().optional().catch(undefined) });

/** `files/ID`, where an address names a file at the connection's own server. */
export function fileNameOf(uri: string, connection: Connection): string | undefined {
  const url = URL.parse(uri, `${connection.baseUrl}/`);
  if (url === null || url.origin !== originOf(connection)) return undefined;
  return /(?:^|\/)(files\/[\w-]{1,200})(?=$|[:/])/.exec(url.pathname)?.[1];
}

/**
 * Addresses that hold a clip, best first: an address of the server's own is asked for the bytes rather than for what is
 * known of the file.
 */
export function addressesOf(uri: string, connection: Connection): [string, ...string[]] {
  const file = fileNameOf(uri, connection);
  if (file === undefined) return [URL.parse(uri, `${connection.baseUrl}/`)?.href ?? uri];
  const download = `${connection.baseUrl}/${file}:download?alt=media`;
  return URL.canParse(uri) && uri !== download && /[?&]alt=media\b/.test(uri) ? [uri, download] : [download];
}

/** `gone` where the server says that there is no such file (any more), `unknown` where it has no list of files. */
export async function fileState(
  file: string,
  client: GoogleClient,
  context: CallContext,
): Promise<'processing' | 'ready' | 'failed' | 'gone' | 'unknown'> {
  try {
    const answer = await client.call((sdk) => sdk.files.get({ name: file }));
    const state = fileSchema.safeParse(answer).data?.state;
    return state === 'PROCESSING' ? 'processing' : state === 'FAILED' ? 'failed' : 'ready';
  } catch (error) {
    const refusal = client.refusal();
    if (context.signal.aborted || refusal === undefined) throw error;
    const { httpStatus = 0, words = '' } = refusal;
    if ((httpStatus === 404 || httpStatus === 403) && /\bfile\b/i.test(words)) return 'gone';
    if (httpStatus === 404 || httpStatus === 405 || httpStatus === 501) return 'unknown';
    throw error;
  }
}
