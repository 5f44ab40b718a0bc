/** JSON with a large file in it, written in pieces, so that it never is one text in this thread. */
import { byteStream } from '../byte-stream.ts';
import { piecesOf, spoiledFile, type DownloadSpoil } from '../file-answer.ts';

const placeholder = '\u0000file\u0000';
/** `write` gets what stands for the file's base64 and puts it where it belongs, once. */
export function base64Object(
  signal: AbortSignal,
  file: Uint8Array<ArrayBuffer>,
  write: (data: string) => unknown,
  spoil?: DownloadSpoil,
): Response {
  const [before = '', after = ''] = JSON.stringify(write(placeholder)).split(JSON.stringify(placeholder).slice(1, -1));
  async function* pieces(): AsyncGenerator<string> {
    yield before;
    for await (const piece of piecesOf(spoiledFile(file, spoil), spoil, signal)) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64');
    }
    yield after;
  }
  return new Response(byteStream(pieces(), signal), {
    headers: { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'private' },
  });
}
