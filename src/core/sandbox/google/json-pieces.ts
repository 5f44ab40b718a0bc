/** JSON with a large file in it, written in pieces, so that it never is one text in this thread. */
import { byteStream } from '../byte-stream.ts';

const placeholder = '\u0000file\u0000';
/** A multiple of three, so that the base64 of the pieces is that of the whole. */
const pieceBytes = 96 * 1024;

/** `write` gets what stands for the file's base64 and puts it where it belongs, once. */
export function base64Object(
  signal: AbortSignal,
  file: Uint8Array<ArrayBuffer>,
  write: (data: string) => unknown,
): Response {
  const [before = '', after = ''] = JSON.stringify(write(placeholder)).split(JSON.stringify(placeholder).slice(1, -1));
  async function* pieces(): AsyncGenerator<string> {
    yield before;
    for (let offset = 0; offset < file.length; offset += pieceBytes) {
      yield Buffer.from(file.buffer, file.byteOffset + offset, Math.min(pieceBytes, file.length - offset)).toString(
        'base64',
      );
    }
    yield after;
  }
  return new Response(byteStream(pieces(), signal), {
    headers: { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'private' },
  });
}
