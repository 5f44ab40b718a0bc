/** Looks into one clip in a thread of its own: whatever the file does to the parser, it happens here. */
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { fileTypeFromBuffer } from 'file-type';
import { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM, type InputVideoTrack } from 'mediabunny';
import { outermostBoxes, segmentEnd } from './boxes.ts';
import type { ClipFacts, ClipFindings } from './clip-messages.ts';
import { allowed, unknownMediaType } from './media-type.ts';

/** Box of a C2PA manifest (C2PA specification 2.1, A.5: boxes of ISO base media files). */
const c2paBox = 'd8fec3d61b0e483c92975828877ec481';
/** Enough to tell every type from. */
const headBytes = 64 * 1024;
const maxPacketBytes = 64 * 1024 * 1024;

class Unplayable extends Error {}

/** @throws Unplayable, and whatever the parser makes of broken data */
async function inspect(path: string): Promise<ClipFacts> {
  const head = await headOf(path);
  // a reader of files is loaded in a way that no bundle holds
  const detected = (await fileTypeFromBuffer(head))?.mime;
  if (detected === undefined || !detected.startsWith('video/')) throw new Unplayable(whatElse(head, detected));
  const c2pa = await checkContainer(path, detected);
  const input = new Input({ formats: [MP4, QTFF, WEBM, MATROSKA], source: new FilePathSource(path) });
  try {
    if (!(await input.canRead())) throw new Unplayable(`nothing here reads ${detected}`);
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Unplayable('it has no pictures');
    const seconds = await lengthOf(track);
    const codec = await track.getCodec();
    return {
      mime: allowed(detected) ?? unknownMediaType,
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      seconds: Math.max(1, Math.round(seconds * 1000)) / 1000,
      ...(codec === null ? {} : { codec }),
      c2pa,
    };
  } finally {
    input.dispose();
  }
}

/** Whether all of it is there. @returns whether it carries a C2PA manifest */
async function checkContainer(path: string, mime: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (mime === 'video/webm' || mime === 'video/matroska') {
      if (((await segmentEnd(file)) ?? 0) > size) throw new Unplayable('its end is missing');
      return false;
    }
    const types = new Set<string>();
    let c2pa = false;
    for await (const box of outermostBoxes(file, size)) {
      if (box.end > size) throw new Unplayable('its end is missing');
      types.add(box.type);
      c2pa ||= box.uuid === c2paBox;
    }
    if (!types.has('moov') || !types.has('mdat')) throw new Unplayable('parts of it are missing');
    return c2pa;
  } finally {
    await file.close();
  }
}

/** Reads the first and the last picture to make sure that they are there. @returns seconds */
async function lengthOf(track: InputVideoTrack): Promise<number> {
  const sink = new EncodedPacketSink(track);
  const last = await sink.getPacket(Infinity, { metadataOnly: true });
  const first = await sink.getFirstPacket({ metadataOnly: true });
  if (first === null || last === null) throw new Unplayable('it has no pictures');
  if (Math.max(first.byteLength, last.byteLength) > maxPacketBytes)
    throw new Unplayable('a picture of it is too large');
  for (const packet of [await sink.getFirstPacket(), await sink.getPacket(Infinity)]) {
    if (packet === null || packet.data.byteLength === 0) throw new Unplayable('pictures of it are missing');
  }
  const seconds = last.timestamp + last.duration;
  if (!Number.isFinite(seconds) || seconds <= 0) throw new Unplayable('it has no length');
  return seconds;
}

function whatElse(head: Buffer, detected: string | undefined): string {
  if (detected !== undefined) return `it is ${detected}`;
  const text = head
    .toString('utf8', 0, 1024)
    .replace(/^\u{feff}/u, '')
    .trimStart();
  if (/^<(!doctype html|html|head|body)/i.test(text)) return 'it is a web page';
  if (/^[{[]/.test(text)) return 'it is JSON';
  return 'it is no clip';
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const { path } = workerData as { path: string };
let findings: ClipFindings;
try {
  findings = { facts: await inspect(path) };
} catch (error) {
  findings = { fault: error instanceof Unplayable ? error.message : 'it is broken' };
}
parentPort?.postMessage(findings, []);
