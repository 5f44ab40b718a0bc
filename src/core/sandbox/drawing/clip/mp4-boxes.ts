/** The boxes of an MP4 file, as far as the sandbox reads and writes them. ISO/IEC 14496-12. */

export interface Box {
  readonly type: string;
  /** Where the whole box and its contents begin and end in the file. */
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

/** The boxes between two places; stops at what is no box. */
function* readBoxes(file: Uint8Array, start = 0, end = file.length): Generator<Box> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let offset = start; offset + 8 <= end;) {
    const short = view.getUint32(offset);
    const long = short === 1 && offset + 16 <= end;
    const size = short === 0 ? end - offset : long ? Number(view.getBigUint64(offset + 8)) : short;
    const header = long ? 16 : 8;
    if (size < header || offset + size > end) return;
    const type = String.fromCharCode(...file.subarray(offset + 4, offset + 8));
    yield { type, start: offset, contents: offset + header, end: offset + size };
    offset += size;
  }
}

/** All boxes of a type below the boxes named before it: `['moov', 'trak', 'tkhd']`. */
function findBoxes(file: Uint8Array, [type, ...rest]: readonly string[], within?: Box): Box[] {
  const found = [...readBoxes(file, within?.contents, within?.end)].filter((box) => box.type === type);
  return rest.length === 0 ? found : found.flatMap((box) => findBoxes(file, rest, box));
}

/** Sets the dates of creation and change to none, so that the same clip is the same file. */
export function clearDates(file: Uint8Array): void {
  const paths = [
    ['moov', 'mvhd'],
    ['moov', 'trak', 'tkhd'],
    ['moov', 'trak', 'mdia', 'mdhd'],
  ];
  for (const box of paths.flatMap((path) => findBoxes(file, path))) {
    // a full box: version and flags, then both dates, of 8 bytes each from version 1 on
    const bytes = file[box.contents] === 0 ? 8 : 16;
    file.fill(0, box.contents + 4, box.contents + 4 + bytes);
  }
}

export interface ClipFacts {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

/** What the header says of a clip; undefined where it is no MP4 with a picture. */
export function readClipFacts(file: Uint8Array): ClipFacts | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const [header] = findBoxes(file, ['moov', 'mvhd']);
  if (header === undefined || header.end - header.contents < 32) return undefined;
  const long = file[header.contents] === 1;
  const at = header.contents + (long ? 20 : 12);
  const timescale = view.getUint32(at);
  const duration = long ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
  for (const track of findBoxes(file, ['moov', 'trak', 'tkhd'])) {
    if (track.end - track.contents < 84) continue;
    // fixed point, 16 bits before the point; the last two fields
    const width = view.getUint32(track.end - 8) >>> 16;
    const height = view.getUint32(track.end - 4) >>> 16;
    if (width > 0 && height > 0 && timescale > 0 && duration > 0)
      return { width, height, seconds: duration / timescale };
  }
  return undefined;
}

/** A `uuid` box, which other programs leave alone. `id` has 16 bytes. */
export function appendUuidBox(file: Uint8Array, id: Uint8Array, contents: Uint8Array): Uint8Array<ArrayBuffer> {
  const extended = new Uint8Array(file.length + 24 + contents.length);
  extended.set(file);
  const view = new DataView(extended.buffer);
  view.setUint32(file.length, 24 + contents.length);
  extended.set([0x75, 0x75, 0x69, 0x64], file.length + 4);
  extended.set(id, file.length + 8);
  extended.set(contents, file.length + 24);
  return extended;
}

/** Contents of the `uuid` box with this id. */
export function readUuidBox(file: Uint8Array, id: Uint8Array): Uint8Array | undefined {
  for (const box of findBoxes(file, ['uuid'])) {
    if (box.end - box.contents >= 16 && id.every((byte, index) => file[box.contents + index] === byte))
      return file.subarray(box.contents + 16, box.end);
  }
  return undefined;
}
