/** H.264 in MP4 through WebAssembly; a file of its own because the encoder's code is large. */
import encoderPackage from 'h264-mp4-encoder';
import type { Yuv } from './yuv.ts';

/** 10 (best) to 51 (smallest): drawn scenes look clean at this. */
const quantization = 24;
/** 0 (best) to 10 (fastest). */
const speed = 10;

export interface EncodeOptions {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/** The same frames give the same stream; the container's dates are those of the clock. */
export async function encodeH264(
  frames: Iterable<Yuv>,
  { width, height, frameRate }: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await encoderPackage.createH264MP4Encoder();
  try {
    Object.assign(encoder, {
      width,
      height,
      frameRate,
      speed,
      quantizationParameter: quantization,
      groupOfPictures: frameRate * 2,
    });
    encoder.initialize();
    for (const frame of frames) encoder.addFrameYuv(frame.data);
    encoder.finalize();
    return new Uint8Array(encoder.FS.readFile(encoder.outputFilename));
  } finally {
    encoder.delete();
  }
}
