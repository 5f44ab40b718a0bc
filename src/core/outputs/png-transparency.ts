/** Searches a PNG for a pixel that isn't opaque. */
import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { pngChunks } from './chunks.ts';

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly interlaced: boolean;
}

/** Bytes of a row that decide transparency: every `step`-th from `first`, `lanes` at a time. */
interface Layout {
  readonly rowBytes: number;
  readonly step: number;
  readonly first: number;
  readonly lanes: number;
  readonly isOpaque: (row: Uint8Array) => boolean;
}

const maxPixels = 16_384 * 16_384;
/** Small enough that a chunk is searched in about a millisecond. */
const chunkBytes = 64 * 1024;

/**
 * True at the first pixel with alpha below the maximum. Decompression runs outside the event loop's thread, and between
 * its chunks the loop is free. Interlaced pictures, colour keys and absurd sizes are believed what they declare.
 */
export async function pngHasTransparency(bytes: Uint8Array): Promise<boolean> {
  const chunks = pngChunks(bytes);
  const header = readHeader(chunks.find((chunk) => chunk.type === 'IHDR')?.data);
  if (header === undefined) return false;
  const key = chunks.find((chunk) => chunk.type === 'tRNS')?.data;
  const hasAlphaChannel = header.colorType === 4 || header.colorType === 6;
  if (!hasAlphaChannel && key === undefined) return false;
  const layout = hasAlphaChannel ? alphaLayout(header) : paletteLayout(header, key ?? new Uint8Array());
  if (layout === undefined || header.interlaced || header.width * header.height > maxPixels) return true;
  return searchRows(
    chunks.filter((chunk) => chunk.type === 'IDAT').map((chunk) => chunk.data),
    header.height,
    layout,
  );
}

function readHeader(data: Uint8Array | undefined): Header | undefined {
  if (data === undefined || data.length < 13) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: view.getUint8(8),
    colorType: view.getUint8(9),
    interlaced: view.getUint8(12) !== 0,
  };
}

/** PNG filters never mix channels, so only the alpha bytes of a row need to be restored. */
function alphaLayout(header: Header): Layout {
  const lanes = header.bitDepth / 8;
  const channels = header.colorType === 6 ? 4 : 2;
  const step = channels * lanes;
  const first = step - lanes;
  return {
    rowBytes: header.width * step,
    step,
    first,
    lanes,
    isOpaque(row) {
      for (let at = first; at < row.length; at += step) {
        if (row[at] !== 0xff || (lanes === 2 && row[at + 1] !== 0xff)) return false;
      }
      return true;
    },
  };
}

/** Undefined for colour keys of grey and true colour pictures. */
function paletteLayout(header: Header, alphas: Uint8Array): Layout | undefined {
  if (header.colorType !== 3) return undefined;
  const perByte = 8 / header.bitDepth;
  const mask = (1 << header.bitDepth) - 1;
  return {
    rowBytes: Math.ceil(header.width / perByte),
    step: 1,
    first: 0,
    lanes: 1,
    isOpaque(row) {
      for (let pixel = 0; pixel < header.width; pixel++) {
        const byte = row[Math.floor(pixel / perByte)] ?? 0;
        const index = (byte >> (8 - header.bitDepth * ((pixel % perByte) + 1))) & mask;
        if ((alphas[index] ?? 0xff) !== 0xff) return false;
      }
      return true;
    },
  };
}

async function searchRows(data: readonly Uint8Array[], height: number, layout: Layout): Promise<boolean> {
  const inflate = createInflate({ chunkSize: chunkBytes });
  const source = Readable.from(data);
  source.pipe(inflate);
  let row: Uint8Array = new Uint8Array(layout.rowBytes);
  let above: Uint8Array = new Uint8Array(layout.rowBytes);
  let filter = -1;
  let filled = 0;
  let rows = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length && rows < height;) {
        if (filter === -1) {
          filter = chunk[at++] ?? 0;
          continue;
        }
        const take = Math.min(chunk.length - at, layout.rowBytes - filled);
        row.set(chunk.subarray(at, at + take), filled);
        at += take;
        filled += take;
        if (filled < layout.rowBytes) continue;
        unfilter(row, above, filter, layout);
        if (!layout.isOpaque(row)) return true;
        [row, above] = [above, row];
        filter = -1;
        filled = 0;
        rows++;
      }
    }
  } catch {
    // broken data: the rows that could be read were opaque
  } finally {
    source.destroy();
    inflate.destroy();
  }
  return false;
}

/** Undoes the filter of a row (PNG specification, 9.2) on the lanes that matter. */
function unfilter(row: Uint8Array, above: Uint8Array, filter: number, { step, first, lanes }: Layout): void {
  if (filter === 0) return;
  for (let lane = 0; lane < lanes; lane++) {
    let left = 0;
    let upperLeft = 0;
    for (let at = first + lane; at < row.length; at += step) {
      const up = above[at] ?? 0;
      const value = ((row[at] ?? 0) + predict(filter, left, up, upperLeft)) & 0xff;
      row[at] = value;
      left = value;
      upperLeft = up;
    }
  }
}

function predict(filter: number, left: number, up: number, upperLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - upperLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpperLeft = Math.abs(estimate - upperLeft);
  if (toLeft <= toUp && toLeft <= toUpperLeft) return left;
  return toUp <= toUpperLeft ? up : upperLeft;
}
