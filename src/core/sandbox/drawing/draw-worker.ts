/** The painter's thread: draws one order after the other and hands the bytes over without copying them. */
import { parentPort } from 'node:worker_threads';
import { drawClip } from './clip/draw-clip.ts';
import { drawFiles } from './draw.ts';
import type { DrawnFile } from './order.ts';
import type { PainterAnswer, PainterTask } from './painter-messages.ts';

parentPort?.on('message', (task: PainterTask) => void work(task));

async function work({ id, order, encoding }: PainterTask): Promise<void> {
  const post = (answer: PainterAnswer, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(answer, transfer);
  try {
    for await (const file of filesOf(order)) {
      const bytes = encoding === 'base64' ? base64Bytes(file.bytes) : file.bytes;
      post({ id, type: 'file', file: { ...file, bytes } }, [bytes.buffer]);
    }
    post({ id, type: 'finished' });
  } catch (error) {
    post({ id, type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function* filesOf(order: PainterTask['order']): AsyncGenerator<DrawnFile> {
  if ('chapters' in order) yield await drawClip(order);
  else yield* drawFiles(order);
}

/** Base64 as bytes: tens of megabytes of text would have to be copied between threads. */
function base64Bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const encoded = new Uint8Array(text.length);
  Buffer.from(encoded.buffer).write(text, 'latin1');
  return encoded;
}
