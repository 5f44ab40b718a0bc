/** A picture before it is pixels or SVG: a list of things painted one over the other. */
import type { Rgb } from './color.ts';
import type { Path, Point } from './path.ts';

export interface Stop {
  /** 0–1 along the gradient. */
  readonly at: number;
  readonly color: Rgb;
  /** 0–1. */
  readonly alpha: number;
}

export type Paint =
  | { readonly type: 'solid'; readonly color: Rgb; readonly alpha: number }
  | { readonly type: 'linear'; readonly from: Point; readonly to: Point; readonly stops: readonly Stop[] }
  | { readonly type: 'radial'; readonly center: Point; readonly radius: number; readonly stops: readonly Stop[] };

/** RGBA, four bytes a pixel, alpha not multiplied in. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

export type Item =
  | { readonly type: 'fill'; readonly path: Path; readonly paint: Paint }
  /** Lines with round ends and joins. */
  | {
      readonly type: 'stroke';
      readonly lines: readonly (readonly Point[])[];
      readonly width: number;
      readonly paint: Paint;
    }
  /** `pixels` with their corner at `x`, `y`, one to one. */
  | { readonly type: 'image'; readonly pixels: Pixels; readonly x: number; readonly y: number };

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** For people who can't see it. */
  readonly title: string;
  /** Shows only inside `clip`, where there is one; the rest stays transparent. */
  readonly scene: readonly Item[];
  readonly clip?: Path;
  /** Over all, not clipped. */
  readonly overlay: readonly Item[];
}

export function solid(color: Rgb, alpha = 1): Paint {
  return { type: 'solid', color, alpha };
}

export function fill(path: Path, paint: Paint): Item {
  return { type: 'fill', path, paint };
}

export function stop(at: number, color: Rgb, alpha = 1): Stop {
  return { at, color, alpha };
}
