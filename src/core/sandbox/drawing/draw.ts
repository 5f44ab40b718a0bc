/** From an order to files. Runs in the painter's thread; knows nothing of it. */
import { composePicture, type ComposeInputs } from './compose.ts';
import { encodeGif } from './gif-file.ts';
import type { DrawnFile, DrawOrder } from './order.ts';
import type { Picture, Pixels } from './picture.ts';
import { decodePixels, encodePixels } from './picture-files.ts';
import { blurPixels } from './pixels.ts';
import { encodePng } from './png-file.ts';
import { paintPixels } from './raster.ts';
import { writeSvg } from './svg.ts';

/** How coarse the first unfinished picture is, in thousandths of the shorter edge; each next is finer by half. */
const firstGrain = 48;

/** Unfinished pictures first, then the finished one. Throws where a reference can't be decoded. */
export async function* drawFiles(order: DrawOrder): AsyncGenerator<DrawnFile> {
  const inputs = await decodeInputs(order);
  const picture = composePicture(order, inputs);
  const write = writerOf(order, inputs, picture);
  for (let partialIndex = 0; partialIndex < order.partialImages; partialIndex++) {
    yield { partialIndex, bytes: await write(partialIndex) };
  }
  yield { bytes: await write() };
}

async function decodeInputs({ references, mask, markup }: DrawOrder): Promise<ComposeInputs> {
  const decoded = [];
  for (const reference of references) decoded.push(await decodePixels(reference));
  return {
    references: decoded,
    ...(mask === undefined ? {} : { mask: await decodePixels(mask) }),
    ...(markup === undefined ? {} : { markup: await decodePixels(markup) }),
  };
}

/** Writes the picture as it is at a step, or finished. */
type Write = (partialIndex?: number) => Promise<Uint8Array<ArrayBuffer>>;

function writerOf(order: DrawOrder, inputs: ComposeInputs, picture: Picture): Write {
  const { format, compression, transparent } = order;
  if (format === 'svg')
    return async (partialIndex) =>
      svgBytes(partialIndex === undefined ? picture : unfinished(picture, partialIndex, order));
  const pixels = paintPixels(picture);
  const still = (partialIndex?: number): Pixels =>
    partialIndex === undefined ? pixels : blurPixels(pixels, grainOf(order, partialIndex));
  if (format !== 'gif') return (partialIndex) => encodePixels(still(partialIndex), format, compression, transparent);
  return async (partialIndex) =>
    encodeGif(partialIndex === undefined ? drawFrames(order, inputs) : [still(partialIndex)], order.frameDurationMs);
}

function* drawFrames(order: DrawOrder, inputs: ComposeInputs): Generator<Pixels> {
  for (let frame = 0; frame < order.frames; frame++) {
    yield paintPixels(composePicture(order, inputs, frame / order.frames));
  }
}

function grainOf({ width, height }: DrawOrder, partialIndex: number): number {
  return Math.max(2, Math.round((Math.min(width, height) * firstGrain) / 1000 / 2 ** partialIndex));
}

/** The far parts of the scene, as if it were painted from back to front. */
function unfinished(picture: Picture, partialIndex: number, { partialImages }: DrawOrder): Picture {
  const count = Math.ceil((picture.scene.length * (partialIndex + 1)) / (partialImages + 1));
  return { ...picture, scene: picture.scene.slice(0, count), overlay: [] };
}

function svgBytes(picture: Picture): Uint8Array<ArrayBuffer> {
  const url = (pixels: Pixels): string => `data:image/png;base64,${Buffer.from(encodePng(pixels)).toString('base64')}`;
  return new Uint8Array(Buffer.from(writeSvg(picture, url), 'utf8'));
}
