/** Pictures of interactions: the same drawings as those of the other protocol. */
import type { DrawOrder } from '../drawing/order.ts';
import type { Painter } from '../drawing/painter.ts';
import type { VideoJob } from '../videos/video-job.ts';
import type { Videos } from '../videos/videos.ts';

const jpegQuality = 92;

export async function drawInteraction(
  job: VideoJob,
  { painter, videos, signal }: { readonly painter: Painter; readonly videos: Videos; readonly signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const [chapter] = await videos.chapters(job);
  if (chapter === undefined) throw new Error('An interaction has at least one chapter.');
  const order: DrawOrder = {
    operation: chapter.references.length === 0 ? 'generate' : 'edit',
    prompt: chapter.prompt,
    seed: chapter.seed,
    width: job.width,
    height: job.height,
    format: job.wire['mime'] === 'image/jpeg' ? 'jpeg' : 'png',
    transparent: false,
    detail: 1,
    compression: jpegQuality,
    notes: chapter.notes.slice(0, -1),
    frames: 1,
    frameDurationMs: 0,
    partialImages: 0,
    references: chapter.references,
  };
  for await (const { bytes } of painter.draw(order, 'bytes', signal)) return bytes;
  throw new Error('The painter drew nothing.');
}
