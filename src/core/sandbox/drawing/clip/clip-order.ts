/** What the painter is asked for when it draws a clip: plain data that crosses to its thread. */

export const clipOutputs = ['video', 'thumbnail', 'spritesheet'] as const;
export type ClipOutput = (typeof clipOutputs)[number];

/** A stretch of a clip that was made in one go; extensions add one. `Picture` is how pictures are given. */
export interface Chapter<Picture> {
  /** For the caption; directives are taken out. */
  readonly prompt: string;
  /** The same seed and order draw the same frames. */
  readonly seed: string;
  readonly seconds: number;
  /** Small print of the caption, most important first. */
  readonly notes: readonly string[];
  /** Fills the first, and the last frame. */
  readonly firstFrame?: Picture;
  readonly lastFrame?: Picture;
  /** Shown as small pictures. */
  readonly references: readonly Picture[];
  /** The chapter that this one was made from, and how: drawn anew beside it, or drawn over it. */
  readonly earlier?: { readonly action: 'remix' | 'edit'; readonly chapter: Chapter<Picture> };
}

export interface ClipOrder {
  readonly output: ClipOutput;
  /** Pixels; even numbers. */
  readonly width: number;
  readonly height: number;
  /** At least one. */
  readonly chapters: readonly Chapter<Uint8Array>[];
}

export const mimeOfOutput: Readonly<Record<ClipOutput, string>> = {
  video: 'video/mp4',
  thumbnail: 'image/webp',
  spritesheet: 'image/webp',
};

const wholeRatePixels = 640 * 360;
const halfRatePixels = 1280 * 720;

/** Frames a second: large clips have fewer, because each frame takes long to encode. */
export function frameRateOf({ width, height }: Pick<ClipOrder, 'width' | 'height'>): number {
  const pixels = width * height;
  return pixels <= wholeRatePixels ? 24 : pixels <= halfRatePixels ? 12 : 8;
}
