/** Answers with a file, whole or in part, as servers of downloads do. */
import { createHash } from 'node:crypto';
import { brokenBody } from './connection-faults.ts';
import { byteStream } from './byte-stream.ts';

/** What is done to a file that would have been right. */
export const downloadSpoils = ['lying_length', 'no_length', 'no_range', 'not_a_video', 'stall', 'truncated'] as const;
export type DownloadSpoil = (typeof downloadSpoils)[number];

export interface FileAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly spoil?: DownloadSpoil;
}

const byteRange = /^bytes=(\d*)-(\d*)$/;

/** Honours `Range` and `If-Range`; 206, 416 or 200. https://www.rfc-editor.org/rfc/rfc9110#section-14 */
export function answerFile(request: Request, { bytes, mime, headers, spoil }: FileAnswer): Response {
  const file = spoiledFile(bytes, spoil);
  const etag = `"${createHash('sha256').update(file).digest('hex').slice(0, 32)}"`;
  const common = {
    ...headers,
    'content-type': mime,
    etag,
    'x-content-type-options': 'nosniff',
    ...(spoil === 'no_range' ? {} : { 'accept-ranges': 'bytes' }),
  };
  const range = spoil === 'no_range' ? undefined : rangeOf(request, etag, file.length);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...common, 'content-range': `bytes */${file.length}` } });
  }
  const part = range === undefined ? file : file.subarray(range.from, range.to + 1);
  const partial = range === undefined ? {} : { 'content-range': `bytes ${range.from}-${range.to}/${file.length}` };
  const length = spoil === 'lying_length' ? part.length * 2 : part.length;
  return new Response(byteStream(piecesOf(part, spoil, request.signal), request.signal), {
    status: range === undefined ? 200 : 206,
    headers: { ...common, ...partial, ...(spoil === 'no_length' ? {} : { 'content-length': String(length) }) },
  });
}

export function spoiledFile(bytes: Uint8Array<ArrayBuffer>, spoil: DownloadSpoil | undefined): Uint8Array<ArrayBuffer> {
  return spoil === 'not_a_video' ? new Uint8Array(Buffer.from('This is no video.\n')) : bytes;
}

/** A multiple of three, so that the base64 of the pieces is that of the whole. */
const pieceBytes = 192 * 1024;

/** Breaks off or stalls in the middle where it is asked to. */
export async function* piecesOf(
  part: Uint8Array<ArrayBuffer>,
  spoil: DownloadSpoil | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const breaks = spoil === 'truncated' || spoil === 'stall';
  const end = breaks ? Math.ceil(part.length / 2) : part.length;
  for (let offset = 0; offset < end; offset += pieceBytes) {
    yield part.subarray(offset, Math.min(end, offset + pieceBytes));
  }
  if (spoil === 'truncated') throw brokenBody();
  // the stream fails by itself when the caller gives up
  if (spoil === 'stall')
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A single range; others are answered with the whole file, as the standard allows. */
function rangeOf(
  request: Request,
  etag: string,
  length: number,
): { readonly from: number; readonly to: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = byteRange.exec(request.headers.get('range') ?? '') ?? [];
  const condition = request.headers.get('if-range');
  if ((first === '' && last === '') || (condition !== null && condition !== etag)) return undefined;
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length - 1 : Math.min(length - 1, Number(last));
  return from > to ? 'unsatisfiable' : { from, to };
}
