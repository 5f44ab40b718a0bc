/** Ground that rises and falls: hills, mountains, dunes, and what grows on them. */
import { polygon, rectangle, smoothGround, type Path, type Point } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Seeded } from '../../../seeded.ts';
import type { Stage } from '../stage.ts';

export interface Ridge {
  /** Height of the line at `x`, pixels from the top. */
  yAt(x: number): number;
  readonly points: readonly Point[];
}

/** A large wave and two smaller ones over it. */
const waveParts = [
  { factor: 1, share: 0.68 },
  { factor: 2.3, share: 0.24 },
  { factor: 4.7, share: 0.08 },
] as const;

/** A rolling line around `base`, at most about `swell` pixels up and down; `shift` moves it sideways. */
export function createRidge(
  stage: Stage,
  seeded: Seeded,
  base: number,
  swell: number,
  waves: number,
  shift = 0,
): Ridge {
  const parts = waveParts.map(({ factor, share }) => ({
    turns: (waves * factor * seeded.between(0.8, 1.2) * 2 * Math.PI) / stage.width,
    offset: seeded.between(0, 2 * Math.PI),
    size: swell * share,
  }));
  const yAt = (x: number): number =>
    parts.reduce((y, { turns, offset, size }) => y - size * Math.sin((x - shift) * turns + offset), base);
  const steps = 40;
  const points = Array.from({ length: steps + 3 }, (_, index): Point => {
    const x = ((index - 1) / steps) * stage.width;
    return [x, yAt(x)];
  });
  return { yAt, points };
}

export function groundPaint(stage: Stage, top: number, nearness: number, fade = 0.5): Parameters<typeof fill>[1] {
  return {
    type: 'linear',
    from: [0, top],
    to: [0, top + (stage.height - top) * fade + 1],
    stops: [
      stop(0, stage.palette.lit(nearness)),
      stop(0.35, stage.palette.ground(nearness)),
      stop(1, stage.palette.ground(Math.min(1, nearness + 0.12))),
    ],
  };
}

/** Light that lies over the foot of a far layer. */
export function haze(stage: Stage, y: number, strength: number): Item {
  const depth = stage.unit * 0.16;
  const color = stage.palette.skyHorizon;
  return fill(rectangle(0, y - depth, stage.width, depth * 2), {
    type: 'linear',
    from: [0, y - depth],
    to: [0, y + depth],
    stops: [stop(0, color, 0), stop(0.5, color, strength), stop(1, color, 0)],
  });
}

/** Sideways movement of a layer in an animation: near layers move more. */
export function sway(stage: Stage, nearness: number): number {
  return Math.sin(stage.phase * 2 * Math.PI) * stage.unit * 0.02 * nearness;
}

export function drawHills(stage: Stage): Item[] {
  const { horizon, height, unit, detail } = stage;
  const layers = detail < 0.6 ? 3 : detail > 1.6 ? 6 : 5;
  const items: Item[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const nearness = layer / (layers - 1);
    const hills = stage.seeded(`hill ${Math.round(nearness * 100)}`);
    const base = horizon + (height - horizon) * (nearness ** 1.15 * 0.74) + unit * 0.01;
    const ridge = createRidge(
      stage,
      hills,
      base,
      unit * (0.05 + 0.05 * nearness),
      1.6 - 0.7 * nearness,
      sway(stage, nearness),
    );
    const top = Math.min(...ridge.points.map(([, y]) => y));
    items.push(fill(smoothGround(ridge.points, height), groundPaint(stage, top, nearness)));
    if (layer < layers - 1) items.push(haze(stage, base + unit * 0.09, 0.16 * (1 - nearness)));
    if (layer > 0) items.push(...drawTrees(stage, hills, ridge, nearness));
  }
  return items;
}

/** Groups of round or pointed trees along a ridge. */
function drawTrees(stage: Stage, seeded: Seeded, ridge: Ridge, nearness: number): Item[] {
  const count = Math.round(seeded.between(5, 12) * stage.detail * (1.3 - nearness * 0.6));
  const size = stage.unit * (0.012 + 0.034 * nearness);
  const trees: Path[] = [];
  for (let group = 0; group < 3; group++) {
    const center = seeded.between(0, stage.width);
    for (let index = 0; index < count / 3; index++) {
      const x = center + seeded.between(-1, 1) * stage.unit * 0.12;
      trees.push(conifer(x, ridge.yAt(x) + size * 0.12, size * seeded.between(0.7, 1.35)));
    }
  }
  return [fill(trees.flat(), solid(stage.palette.ground(Math.min(1, nearness * 0.85 + 0.2))))];
}

/** A spruce whose foot is at `x`, `y`; `size` is about a third of its height. */
export function conifer(x: number, y: number, size: number): Path {
  const tiers = [0, 1, 2].flatMap((tier) => {
    const low = y - size * (0.28 + tier * 0.74);
    const half = size * (0.62 - tier * 0.15);
    return polygon([
      [x, low - size * 1.28],
      [x + half * 0.5, low - size * 0.34],
      [x + half, low],
      [x, low - size * 0.09],
      [x - half, low],
      [x - half * 0.5, low - size * 0.34],
    ]);
  });
  return [
    ...polygon([
      [x - size * 0.07, y - size * 0.5],
      [x + size * 0.07, y - size * 0.5],
      [x + size * 0.07, y],
      [x - size * 0.07, y],
    ]),
    ...tiers,
  ];
}

export function drawMountains(stage: Stage): Item[] {
  const { horizon, height, unit } = stage;
  const items: Item[] = [];
  for (const [layer, nearness] of [0.05, 0.28, 0.52].entries()) {
    const peaks = stage.seeded(`peaks ${layer}`);
    const base = horizon + unit * (0.02 + 0.09 * layer);
    items.push(...drawRange(stage, peaks, base, unit * (0.3 - 0.06 * layer), nearness));
    items.push(haze(stage, base + unit * 0.03, 0.42 - layer * 0.12));
  }
  const hills = stage.seeded('foothills');
  for (const nearness of [0.72, 1]) {
    const base = horizon + (height - horizon) * (nearness === 1 ? 0.66 : 0.36);
    const ridge = createRidge(stage, hills, base, unit * 0.06, 1.2, sway(stage, nearness));
    items.push(fill(smoothGround(ridge.points, height), solid(stage.palette.ground(nearness))));
    items.push(...drawForestLine(stage, hills, ridge, nearness));
  }
  return items;
}

/** A chain of peaks, each with a lit and a shaded side and snow on top. */
function drawRange(stage: Stage, seeded: Seeded, base: number, tall: number, nearness: number): Item[] {
  const { width, unit, palette, sun, theme } = stage;
  const rock: Path[] = [rectangle(0, base, width, stage.height - base)];
  const shade: Path[] = [];
  const snow: Path[] = [];
  const shift = sway(stage, nearness);
  for (let x = -unit * seeded.between(0.02, 0.2); x < width + unit * 0.2;) {
    const peak = tall * seeded.between(0.5, 1.05);
    const half = peak * seeded.between(0.75, 1.05);
    const tip: Point = [x + shift, base - peak];
    const away = tip[0] > sun.x ? 1 : -1;
    /** `across` in halves of the mountain's foot, `up` in its height. */
    const at = (across: number, up: number): Point => [tip[0] + across * half, base - up * peak];
    const slope = (side: number): Point[] => [tip, at(side * 0.36, 0.67), at(side * 0.52, 0.53), at(side, 0)];
    rock.push(polygon([...slope(1), ...slope(-1).toReversed()]));
    shade.push(polygon([...slope(away), at(away * 0.06, 0), at(away * 0.16, 0.45), at(away * -0.03, 0.74)]));
    if (peak > tall * (theme.snow ? 0.4 : 0.72)) {
      const cap = theme.snow ? 0.3 : 0.2;
      const teeth: Point[] = [at(cap * 0.45, 1 - cap * 0.85), at(0.02, 1 - cap * 1.35), at(-cap * 0.4, 1 - cap * 0.9)];
      snow.push(polygon([tip, at(cap * 1.09, 1 - cap), ...teeth, at(-cap * 1.09, 1 - cap)]));
    }
    x += half * seeded.between(0.8, 1.15);
  }
  return [
    fill(rock.flat(), groundPaint(stage, base - tall, nearness, 0.6)),
    fill(shade.flat(), solid(palette.ground(Math.min(1, nearness + 0.2)), 0.55)),
    fill(snow.flat(), solid(palette.light, 0.82 - nearness * 0.3)),
  ];
}

/** A dense row of spruces along a ridge. */
export function drawForestLine(stage: Stage, seeded: Seeded, ridge: Ridge, nearness: number): Item[] {
  const size = stage.unit * (0.014 + 0.03 * nearness ** 2);
  const step = (size * 0.62) / Math.min(1.5, Math.max(0.6, stage.detail));
  const trees: Path[] = [];
  for (let x = -size; x < stage.width + size; x += step * seeded.between(0.7, 1.5)) {
    const grove = Math.sin((x / stage.unit) * 5 + nearness * 9) + Math.sin((x / stage.unit) * 2.1 + nearness * 4);
    if (grove > -0.35 || seeded.chance(0.12))
      trees.push(conifer(x, ridge.yAt(x) + size * 0.3, size * seeded.between(0.65, 1.3)));
  }
  return [fill(trees.flat(), solid(stage.palette.ground(nearness)))];
}
