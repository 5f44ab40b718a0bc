/** Rows of spruces, one behind the other in the haze. */
import { polygon, smoothGround, type Path } from '../path.ts';
import { fill, solid, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';
import { conifer, createRidge, drawForestLine, haze, sway } from './land.ts';

export function drawForest(stage: Stage): Item[] {
  const { horizon, height, unit } = stage;
  const items: Item[] = [];
  const layers = stage.detail < 0.6 ? 3 : 4;
  for (let layer = 0; layer < layers; layer++) {
    const nearness = layer / layers;
    const trees = stage.seeded(`trees ${layer}`);
    const base = horizon - unit * 0.04 + (height - horizon) * nearness * 0.78;
    const ridge = createRidge(stage, trees, base, unit * 0.05, 1.3, sway(stage, nearness));
    items.push(fill(smoothGround(ridge.points, height), solid(stage.palette.ground(nearness))));
    items.push(...drawForestLine(stage, trees, ridge, nearness));
    items.push(haze(stage, base + unit * 0.1, 0.34 * (1 - nearness)));
  }
  return [...items, ...drawForeground(stage)];
}

/** Large trees at both sides, like a frame, and grass. */
function drawForeground(stage: Stage): Item[] {
  const { width, height, unit, palette } = stage;
  const front = stage.seeded('front');
  const trees: Path[] = [];
  for (const side of [0, 1]) {
    for (let index = 0; index < 3; index++) {
      const inset = unit * (0.02 + index * 0.095) * front.between(0.7, 1.2);
      const size = unit * (0.2 - index * 0.045) * front.between(0.85, 1.15);
      trees.push(conifer(side === 0 ? inset : width - inset, height * 1.0, size));
    }
  }
  const ridge = createRidge(stage, front, height * 0.9, unit * 0.035, 1, sway(stage, 1));
  const blades: Path[] = [];
  const step = unit * 0.009;
  for (let x = 0; x < width; x += step * front.between(0.6, 1.6)) {
    const y = ridge.yAt(x);
    const tall = unit * front.between(0.008, 0.026);
    const lean = front.between(-0.5, 0.5) * tall;
    blades.push(
      polygon([
        [x - unit * 0.002, y + 2],
        [x + lean, y - tall],
        [x + unit * 0.002, y + 2],
      ]),
    );
  }
  return [
    fill([...smoothGround(ridge.points, height), ...blades.flat()], solid(palette.ground(0.94))),
    fill(trees.flat(), solid(palette.dark)),
  ];
}
