/** The outermost parts of clips: boxes of MP4 and QuickTime, the segment of WebM. Only their heads are read. */
import type { FileHandle } from 'node:fs/promises';

export interface Box {
  readonly type: string;
  /** Hex digits, of a box of the type `uuid`. */
  readonly uuid?: string;
  /** Where the box begins, and where it says that it ends. */
  readonly start: number;
  readonly end: number;
}

/** The longest head: 32-bit size, type, 64-bit size, UUID (ISO/IEC 14496-12, 4.2). */
const headBytes = 32;
const maxBoxes = 500_000;

/**
 * The outermost boxes of a file, the last of which may say that it goes on beyond the end. Stops where no box follows.
 * @throws RangeError for a file of more boxes than any clip has
 */
export async function* outermostBoxes(file: FileHandle, fileBytes: number): AsyncGenerator<Box> {
  const head = Buffer.alloc(headBytes);
  let count = 0;
  for (let start = 0; start + 8 <= fileBytes;) {
    if (++count > maxBoxes) throw new RangeError('too many boxes');
    const { bytesRead } = await file.read(head, 0, headBytes, start);
    const type = head.toString('latin1', 4, 8);
    if (!/^[\x20-\x7e]{4}$/.test(type)) return;
    const short = head.readUInt32BE(0);
    const hasLongSize = short === 1;
    const contentAt = hasLongSize ? 16 : 8;
    const size = hasLongSize ? Number(head.readBigUInt64BE(8)) : short === 0 ? fileBytes - start : short;
    if (bytesRead < contentAt || size < contentAt) return;
    const end = start + size;
    const uuid = type === 'uuid' && bytesRead >= contentAt + 16 ? head.toString('hex', contentAt, contentAt + 16) : '';
    yield { type, start, end, ...(uuid === '' ? {} : { uuid }) };
    start = end;
  }
}

const ebmlHeader = 0x1a45dfa3;
const segment = 0x18538067;

/** Where the segment of a WebM or Matroska file says that it ends; undefined where it leaves that open or there is none. */
export async function segmentEnd(file: FileHandle): Promise<number | undefined> {
  const head = Buffer.alloc(4096);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  let at = 0;
  while (at + 12 <= bytesRead) {
    const id = head.readUInt32BE(at);
    const size = sizeAt(head, at + 4);
    if (size === undefined || (id !== ebmlHeader && id !== segment)) return undefined;
    const contentAt = at + 4 + size.length;
    if (id === segment) return size.value === undefined ? undefined : contentAt + size.value;
    if (size.value === undefined) return undefined;
    at = contentAt + size.value;
  }
  return undefined;
}

/** A number of variable length (RFC 8794, section 4); all ones mean that the size isn't known. */
function sizeAt(bytes: Buffer, at: number): { length: number; value?: number } | undefined {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return undefined;
  let value = BigInt(first) & ((1n << BigInt(8 - length)) - 1n);
  for (let index = 1; index < length; index++) value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  return value === (1n << BigInt(7 * length)) - 1n ? { length } : { length, value: Number(value) };
}
