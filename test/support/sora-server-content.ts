/** Finished clips and their pictures, with Range and with whatever shall go wrong on the way. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import type { SoraFault } from './sora-server-faults.ts';

/** 720x1280, four seconds, H.264 without sound: what the protocol makes where nothing is asked. */
const plainClip = readFileSync(resolve(import.meta.dirname, '../fixtures/clips/720x1280-4s.mp4'));
/** One pixel, as WebP. */
export const webpPixel = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64');

/** A playable clip that is unlike any other: an MP4 whose last box, which players skip, holds the id. */
export function clipOf(id: string): Buffer {
  const text = Buffer.from(id);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + text.length, 0);
  head.write('free', 4, 'latin1');
  return Buffer.concat([plainClip, head, text]);
}

export interface SoraContent {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly tag: string;
}

type BodyFault = Extract<SoraFault, { type: 'hang' | 'truncated' | 'lying length' }>;

/** Answers with the content, or the range of it that was asked for. */
export function sendContent(
  response: ServerResponse,
  headers: IncomingHttpHeaders,
  content: SoraContent,
  options: { readonly ranges: boolean; readonly fault?: BodyFault | undefined },
): void {
  const total = content.bytes.length;
  const asked = options.ranges ? rangeOf(headers, total, content.tag) : undefined;
  if (asked === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${total}` }).end();
    return;
  }
  const { from, to } = asked ?? { from: 0, to: total };
  const part = content.bytes.subarray(from, to);
  const { fault } = options;
  const length = part.length + (fault?.type === 'lying length' ? fault.by : 0);
  response.writeHead(asked === undefined ? 200 : 206, {
    'content-type': content.type,
    'content-length': String(length),
    etag: content.tag,
    ...(options.ranges ? { 'accept-ranges': 'bytes' } : {}),
    ...(asked === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${total}` }),
  });
  if (fault === undefined || fault.type === 'lying length') {
    // a connection is not kept alive when what it carried had the wrong length
    response.end(part, () => {
      if (fault !== undefined) response.socket?.destroy();
    });
    return;
  }
  const bytes = fault.afterBytes ?? (fault.type === 'hang' ? 0 : Math.floor(part.length / 2));
  response.flushHeaders();
  response.write(part.subarray(0, bytes), () => {
    if (fault.type === 'truncated') setImmediate(() => response.destroy());
  });
}

type Range = { readonly from: number; readonly to: number } | 'unsatisfiable' | undefined;

function rangeOf(headers: IncomingHttpHeaders, total: number, tag: string): Range {
  const match = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (match === null || (condition !== undefined && condition !== tag)) return undefined;
  const from = Number(match[1]);
  const to = match[2] === '' ? total : Math.min(total, Number(match[2]) + 1);
  return from >= total || to <= from ? 'unsatisfiable' : { from, to };
}
