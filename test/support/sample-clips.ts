/** Real clips for tests, made here: an H.264 MP4, the same pictures in other containers, and files that are broken. */
import encoder from 'h264-mp4-encoder';
import {
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type OutputFormat,
} from 'mediabunny';

export interface ClipWish {
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
  readonly framesPerSecond?: number;
}

/** An H.264 MP4 of shades that change, with its index at the end. */
export async function sampleClip(wish: ClipWish = {}): Promise<Uint8Array> {
  const { width = 64, height = 32, seconds = 4, framesPerSecond = 5 } = wish;
  const coder = await encoder.createH264MP4Encoder();
  Object.assign(coder, { width, height, frameRate: framesPerSecond, speed: 10, quantizationParameter: 40 });
  coder.initialize();
  const picture = new Uint8Array(width * height * 4);
  for (let frame = 0; frame < seconds * framesPerSecond; frame++) {
    picture.fill((frame * 11) % 256);
    coder.addFrameRgba(picture);
  }
  coder.finalize();
  const bytes = Uint8Array.from(coder.FS.readFile(coder.outputFilename));
  coder.delete();
  return bytes;
}

/** An MP4 in fragments, each with an index of its own. */
export const fragmentedClip = (clip: Uint8Array): Promise<Uint8Array> =>
  repacked(clip, new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: 0.5 }));
/** An MP4 with its index first. */
export const clipWithIndexFirst = (clip: Uint8Array): Promise<Uint8Array> =>
  repacked(clip, new Mp4OutputFormat({ fastStart: 'in-memory' }));
export const quicktimeClip = (clip: Uint8Array): Promise<Uint8Array> => repacked(clip, new MovOutputFormat());
export const matroskaClip = (clip: Uint8Array): Promise<Uint8Array> => repacked(clip, new MkvOutputFormat());

/** A WebM whose container is sound; its pictures are no real VP8. */
export async function webmClip(seconds = 2): Promise<Uint8Array> {
  const source = new EncodedVideoPacketSource('vp8');
  const { output, target } = outputOf(new WebMOutputFormat(), source);
  await output.start();
  for (let frame = 0; frame < seconds * 10; frame++) {
    const packet = new EncodedPacket(new Uint8Array(200).fill(frame), frame === 0 ? 'key' : 'delta', frame / 10, 0.1);
    await source.add(packet, { decoderConfig: { codec: 'vp8', codedWidth: 64, codedHeight: 32 } });
  }
  return finish(output, target);
}

/** A box of ISO base media files. */
export function box(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** The clip with an (empty) C2PA manifest at its end. */
export function withManifest(clip: Uint8Array): Buffer {
  return Buffer.concat([clip, box('uuid', Buffer.from('d8fec3d61b0e483c92975828877ec48100000000', 'hex'))]);
}

async function repacked(clip: Uint8Array, format: OutputFormat): Promise<Uint8Array> {
  const input = new Input({ formats: [MP4], source: new BufferSource(clip) });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (track === null || decoderConfig === null || decoderConfig === undefined) throw new Error('no clip');
  const source = new EncodedVideoPacketSource('avc');
  const { output, target } = outputOf(format, source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets()) await source.add(packet, { decoderConfig });
  input.dispose();
  return finish(output, target);
}

function outputOf(format: OutputFormat, source: EncodedVideoPacketSource): { output: Output; target: BufferTarget } {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  output.addVideoTrack(source);
  return { output, target };
}

async function finish(output: Output, target: BufferTarget): Promise<Uint8Array> {
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}
