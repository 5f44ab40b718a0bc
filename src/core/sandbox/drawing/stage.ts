/** What every part of a scene is drawn with. */
import type { Palette } from './palette.ts';
import type { Item } from './picture.ts';
import { createSeeded, type Seeded } from '../../seeded.ts';
import type { Theme } from './theme.ts';

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** The shorter edge: measure of things that keep their proportion. */
  readonly unit: number;
  /** Where sky and ground meet, pixels from the top. */
  readonly horizon: number;
  /** Centre of sun or moon. */
  readonly sun: { readonly x: number; readonly y: number; readonly radius: number };
  readonly theme: Theme;
  readonly palette: Palette;
  /** 1 is the usual amount of detail; 0.4 little, 2.5 much. */
  readonly detail: number;
  /** 0–1 through an animation that begins again without a jump; 0 for a still. */
  readonly phase: number;
  /** Numbers of its own for each part: more detail in one doesn't move another. */
  readonly seeded: (part: string) => Seeded;
}

/** Draws one part of a scene, far things first. */
export type Part = (stage: Stage) => Item[];

export interface StageOptions extends Omit<Stage, 'unit' | 'horizon' | 'sun' | 'seeded'> {
  readonly seed: string;
}

const lowHorizon = new Set(['mountains', 'city', 'space', 'forest']);

export function createStage({ seed, ...options }: StageOptions): Stage {
  const { width, height, theme, phase } = options;
  const layout = createSeeded(`${seed}:layout`);
  const unit = Math.min(width, height);
  const horizon = height * (lowHorizon.has(theme.place) ? layout.between(0.6, 0.68) : layout.between(0.52, 0.6));
  const side = layout.chance(0.5) ? layout.between(0.2, 0.38) : layout.between(0.62, 0.8);
  const radius = unit * layout.between(0.065, 0.105);
  const low = theme.mood === 'dusk' || theme.mood === 'golden' || theme.mood === 'dawn';
  const sunHeight = low ? layout.between(0.62, 0.82) : layout.between(0.3, 0.45);
  return {
    ...options,
    unit,
    horizon,
    sun: { x: width * side, y: horizon * sunHeight - Math.sin(phase * 2 * Math.PI) * unit * 0.012, radius },
    seeded: (part) => createSeeded(`${seed}:${part}`),
  };
}
