/** What the sandbox's painter is asked for: plain data that crosses to its thread. */
import type { ImageOperation } from '../../generation.ts';

export const pictureFormats = ['png', 'jpeg', 'webp', 'gif', 'svg'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface DrawOrder {
  readonly operation: ImageOperation;
  /** For the caption; directives are taken out. */
  readonly prompt: string;
  /** The same seed and order draw the same bytes. */
  readonly seed: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  readonly transparent: boolean;
  /** 1 is the usual amount of detail; 0.4 little, 2.5 much. */
  readonly detail: number;
  /** 0–100, for jpeg and webp. */
  readonly compression: number;
  /** Small print of the caption, most important first. */
  readonly notes: readonly string[];
  /** For gif. */
  readonly frames: number;
  readonly frameDurationMs: number;
  /** How many unfinished pictures come first. */
  readonly partialImages: number;
  /** Files: png, jpeg or webp. */
  readonly references: readonly Uint8Array[];
  readonly mask?: Uint8Array;
  readonly markup?: Uint8Array;
}

/** A file; `partialIndex` counts the unfinished ones from 0, the finished one has none. */
export interface DrawnFile {
  readonly partialIndex?: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
