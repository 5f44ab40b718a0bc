/** A ringed planet over the ground of another world. */
import { ellipse, rectangle, smoothGround, type Path } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';
import { createRidge, groundPaint, sway } from './land.ts';

export function drawSpace(stage: Stage): Item[] {
  const { horizon, height, unit } = stage;
  const items: Item[] = [...drawNebula(stage), ...drawPlanet(stage)];
  for (const nearness of [0.35, 0.7, 1]) {
    const ground = stage.seeded(`ground ${nearness}`);
    const base = horizon + (height - horizon) * (nearness * 0.72 - 0.05);
    const ridge = createRidge(stage, ground, base, unit * 0.05, 1.1, sway(stage, nearness));
    items.push(fill(smoothGround(ridge.points, height), groundPaint(stage, base - unit * 0.05, nearness)));
    const craters: Path[] = Array.from({ length: Math.round(4 * stage.detail) }, () => {
      const size = unit * ground.between(0.01, 0.035) * nearness;
      return ellipse(ground.between(0, stage.width), base + unit * ground.between(0.05, 0.15), size, size * 0.3);
    });
    items.push(fill(craters.flat(), solid(stage.palette.dark, 0.35)));
  }
  return items;
}

function drawNebula({ width, height, unit, palette, seeded }: Stage): Item[] {
  const clouds = seeded('nebula');
  return Array.from({ length: 3 }, (_, index) =>
    fill(rectangle(0, 0, width, height), {
      type: 'radial',
      center: [clouds.between(0, width), clouds.between(0, height * 0.5)],
      radius: unit * clouds.between(0.4, 0.7),
      stops: [
        stop(0, index === 1 ? palette.accent : palette.skyHorizon, index === 1 ? 0.16 : 0.4),
        stop(1, palette.skyHorizon, 0),
      ],
    }),
  );
}

function drawPlanet({ width, horizon, unit, sun, palette }: Stage): Item[] {
  const x = sun.x < width / 2 ? width * 0.68 : width * 0.32;
  const y = horizon * 0.5;
  const radius = unit * 0.17;
  const ringLine = (from: number, to: number): [number, number][] =>
    Array.from({ length: 41 }, (_, step) => {
      const angle = ((from + ((to - from) * step) / 40) * Math.PI) / 180;
      const along = Math.cos(angle) * radius * 1.75;
      const across = Math.sin(angle) * radius * 0.42;
      return [x + along * 0.95 + across * 0.32, y + across * 0.95 - along * 0.32];
    });
  const ring = (from: number, to: number): Item => ({
    type: 'stroke',
    lines: [ringLine(from, to)],
    width: unit * 0.012,
    paint: solid(palette.light),
  });
  return [
    ring(180, 360),
    fill(ellipse(x, y, radius), {
      type: 'radial',
      center: [x + (sun.x < x ? -1 : 1) * radius * 0.5, y - radius * 0.4],
      radius: radius * 1.6,
      stops: [stop(0, palette.accent), stop(0.55, palette.skyHorizon), stop(1, palette.skyTop)],
    }),
    ring(0, 180),
  ];
}
