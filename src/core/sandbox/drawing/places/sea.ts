/** Open water with the light on it, and a shore. */
import { ellipse, polygon, rectangle, smoothGround, type Path } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';
import { createRidge, groundPaint, haze, sway } from './land.ts';

export function drawSea(stage: Stage): Item[] {
  const { width, height, horizon, unit, palette } = stage;
  const shore = stage.seeded('shore');
  const far = createRidge(stage, shore, horizon + unit * 0.012, unit * 0.07, 1.3, sway(stage, 0.1));
  const farther = createRidge(stage, shore, horizon + unit * 0.004, unit * 0.1, 0.9);
  return [
    fill(smoothGround(farther.points, horizon + unit * 0.02), solid(palette.ground(0.04))),
    fill(smoothGround(far.points, horizon + unit * 0.02), groundPaint(stage, horizon - unit * 0.06, 0.2)),
    haze(stage, horizon, 0.3),
    fill(rectangle(0, horizon, width, height - horizon), {
      type: 'linear',
      from: [0, horizon],
      to: [0, height],
      stops: [
        stop(0, palette.skyHorizon),
        stop(0.1, palette.ground(0.12)),
        stop(0.5, palette.ground(0.5)),
        stop(1, palette.ground(0.88)),
      ],
    }),
    ...drawReflection(stage),
    ...drawWaves(stage),
    ...drawHeadland(stage),
  ];
}

/** The sun's path on the water: streaks that widen towards us. */
function drawReflection({ height, horizon, unit, sun, palette, detail, phase, seeded }: Stage): Item[] {
  const streaks = seeded('reflection');
  const rows = Math.round(26 * Math.min(1.6, Math.max(0.6, detail)));
  const glints: Path[] = [];
  for (let row = 0; row < rows; row++) {
    const depth = ((row + 0.5) / rows) ** 1.35;
    const y = horizon + (height - horizon) * depth * 0.9 + 1;
    const half = sun.radius * (0.55 + depth * 1.7) * streaks.between(0.35, 1.05);
    const drift = Math.sin((phase + streaks.next()) * 2 * Math.PI) * unit * 0.012;
    glints.push(
      ellipse(
        sun.x + drift + streaks.between(-0.35, 0.35) * half,
        y,
        half,
        Math.max(0.6, unit * (0.0016 + 0.005 * depth)),
      ),
    );
  }
  return [
    fill(glints.flat(), {
      type: 'linear',
      from: [0, horizon],
      to: [0, height],
      stops: [stop(0, palette.light, 0.95), stop(0.4, palette.light, 0.6), stop(1, palette.light, 0.12)],
    }),
  ];
}

function drawWaves({ width, height, horizon, unit, palette, detail, phase, seeded }: Stage): Item[] {
  const waves = seeded('waves');
  const crests: Path[] = [];
  const count = Math.round(70 * Math.min(2, detail));
  for (let index = 0; index < count; index++) {
    const depth = waves.next() ** 1.2;
    const half = unit * (0.012 + 0.06 * depth) * waves.between(0.5, 1.3);
    const drift = Math.sin((phase + waves.next()) * 2 * Math.PI) * unit * 0.01;
    crests.push(
      ellipse(
        waves.between(0, width) + drift,
        horizon + (height - horizon) * (0.03 + depth * 0.95),
        half,
        Math.max(0.5, unit * (0.0007 + 0.002 * depth)),
      ),
    );
  }
  return [fill(crests.flat(), solid(palette.skyHorizon, palette.night ? 0.14 : 0.24))];
}

/** A dark piece of coast that frames the view on the side away from the sun. */
function drawHeadland(stage: Stage): Item[] {
  const { width, height, horizon, unit, sun } = stage;
  const right = sun.x < width / 2;
  const x = (fraction: number): number => (right ? width - fraction * unit : fraction * unit);
  const y = (fraction: number): number => horizon + (height - horizon) * fraction;
  const cliff = polygon([
    [x(-0.05), y(-0.22)],
    [x(0.12), y(-0.2)],
    [x(0.2), y(-0.13)],
    [x(0.3), y(-0.12)],
    [x(0.37), y(0.02)],
    [x(0.42), y(0.09)],
    [x(0.5), y(0.125)],
    [x(0.56), y(0.18)],
    [x(0.2), y(0.21)],
    [x(-0.05), y(0.24)],
  ]);
  const base = y(0.86);
  const front = createRidge(stage, stage.seeded('front'), base, unit * 0.05, 0.8, sway(stage, 1));
  return [
    fill(cliff, groundPaint(stage, y(-0.2), 0.62, 0.45)),
    fill(smoothGround(front.points, height), groundPaint(stage, base - unit * 0.05, 1)),
  ];
}
