/** A skyline in three distances, with light in its windows. */
import { polygon, rectangle, type Path } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Seeded } from '../../../seeded.ts';
import type { Stage } from '../stage.ts';
import { haze, sway } from './land.ts';

export function drawCity(stage: Stage): Item[] {
  const { horizon, height, unit } = stage;
  return [0.12, 0.45, 0.8]
    .flatMap((nearness, layer) => {
      const houses = stage.seeded(`houses ${layer}`);
      const foot = horizon + (height - horizon) * (0.1 + 0.3 * layer);
      return [
        ...drawRow(stage, houses, foot, unit * (0.34 + 0.02 * layer), nearness),
        haze(stage, foot, 0.34 * (1 - nearness)),
      ];
    })
    .concat(drawStreet(stage));
}

function drawRow(stage: Stage, seeded: Seeded, foot: number, tall: number, nearness: number): Item[] {
  const { width, height, unit, palette, detail } = stage;
  const shift = sway(stage, nearness);
  const walls: Path[] = [];
  const windows: Path[] = [];
  const pane = unit * (0.005 + 0.006 * nearness);
  for (let x = -unit * 0.1; x < width + unit * 0.1;) {
    const broad = unit * seeded.between(0.05, 0.12) * (0.7 + nearness * 0.6);
    const high = tall * seeded.between(0.25, 1) ** 1.3 + unit * 0.05;
    const left = x + shift;
    const top = foot - high;
    walls.push(rectangle(left, top, broad, height - top));
    walls.push(...drawRoof(seeded, left, top, broad, unit));
    const lowest = nearness > 0.2 ? Math.min(height, foot + unit * 0.2) : 0;
    for (let row = top + pane * 2; row < lowest; row += pane * 2.6) {
      for (let column = left + pane; column < left + broad - pane * 1.4; column += pane * 2) {
        const lit = seeded.chance((palette.night ? 0.42 : 0.2) * Math.min(1.3, detail));
        if (lit) windows.push(rectangle(column, row, pane, pane * 1.5));
      }
    }
    x += broad * seeded.between(0.92, 1.12);
  }
  return [
    fill(walls.flat(), {
      type: 'linear',
      from: [0, foot - tall],
      to: [0, foot + unit * 0.1],
      stops: [stop(0, palette.ground(nearness)), stop(1, palette.ground(Math.max(0, nearness - 0.18)))],
    }),
    fill(windows.flat(), solid(palette.night ? palette.accent : palette.light, 0.35 + 0.5 * nearness)),
  ];
}

function drawRoof(seeded: Seeded, left: number, top: number, broad: number, unit: number): Path[] {
  const middle = left + broad / 2;
  switch (seeded.whole(0, 5)) {
    case 0:
      return [
        polygon([
          [left, top + 1],
          [middle, top - broad * 0.45],
          [left + broad, top + 1],
        ]),
      ];
    case 1:
      return [
        rectangle(left + broad * 0.2, top - broad * 0.22, broad * 0.6, broad * 0.24),
        rectangle(middle - unit * 0.0015, top - broad * 0.8, unit * 0.003, broad * 0.6),
      ];
    case 2:
      return [rectangle(left + broad * 0.12, top - broad * 0.12, broad * 0.3, broad * 0.14)];
    default:
      return [];
  }
}

function drawStreet({ width, height, palette, unit }: Stage): Item[] {
  const top = height - unit * 0.09;
  return [
    fill(rectangle(0, top, width, height - top), {
      type: 'linear',
      from: [0, top],
      to: [0, height],
      stops: [stop(0, palette.dark), stop(1, palette.ground(1))],
    }),
  ];
}
