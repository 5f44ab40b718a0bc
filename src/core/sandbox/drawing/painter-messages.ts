/** What the painter and its thread say to each other. */
import type { ClipOrder } from './clip/clip-order.ts';
import type { DrawnFile, DrawOrder } from './order.ts';

export interface PainterTask {
  readonly id: number;
  readonly order: DrawOrder | ClipOrder;
  /** `base64`: the bytes of the file are handed over as the bytes of its base64 text. */
  readonly encoding: 'bytes' | 'base64';
}

export type PainterAnswer =
  | { readonly id: number; readonly type: 'file'; readonly file: DrawnFile }
  | { readonly id: number; readonly type: 'finished' }
  | { readonly id: number; readonly type: 'failed'; readonly message: string };
