/** Answers in pieces, so that pictures of many megabytes are never one text in this thread. */

const maxPieceBytes = 256 * 1024;
const encoder = new TextEncoder();

export type Piece = string | Uint8Array<ArrayBuffer>;

/**
 * The pieces as a body. It fails with what the source throws, and with the signal's reason when that aborts; the source
 * is closed when nobody reads on.
 */
export function byteStream(pieces: AsyncIterable<Piece>, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = cutPieces(pieces);
  let onAbort = (): void => {};
  const forget = (): void => signal.removeEventListener('abort', onAbort);
  return new ReadableStream({
    start(controller) {
      onAbort = () => {
        controller.error(signal.reason);
        void source.return(undefined);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    },
    async pull(controller) {
      try {
        const next = await source.next();
        if (signal.aborted) return;
        if (next.done !== true) {
          controller.enqueue(next.value);
          return;
        }
        forget();
        controller.close();
      } catch (error) {
        forget();
        if (!signal.aborted) controller.error(error);
      }
    },
    async cancel() {
      forget();
      await source.return(undefined);
    },
  });
}

async function* cutPieces(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
    for (let offset = 0; offset < bytes.length; offset += maxPieceBytes) {
      yield bytes.slice(offset, offset + maxPieceBytes);
    }
  }
}
