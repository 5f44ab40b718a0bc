/** Dunes with a lit and a shaded side, and a few cacti. */
import { polygon, roundedRectangle, smoothGround, type Path, type Point } from '../path.ts';
import { fill, solid, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';
import { createRidge, groundPaint, haze, sway } from './land.ts';

export function drawDesert(stage: Stage): Item[] {
  const { horizon, height, unit, detail } = stage;
  const items: Item[] = [...drawMesas(stage), haze(stage, horizon + unit * 0.02, 0.35)];
  const layers = detail < 0.6 ? 3 : 4;
  for (let layer = 0; layer < layers; layer++) {
    const nearness = 0.15 + (0.75 * layer) / (layers - 1);
    const dunes = stage.seeded(`dune ${layer}`);
    const base = horizon + (height - horizon) * (0.04 + 0.23 * layer * (4 / layers));
    items.push(...drawDune(stage, dunes.between(0.15, 0.85), base, unit * (0.07 + 0.05 * nearness), nearness, layer));
    if (layer === layers - 2) items.push(...drawCacti(stage, base));
  }
  return items;
}

function drawMesas(stage: Stage): Item[] {
  const { width, horizon, unit, palette } = stage;
  const mesas = stage.seeded('mesas');
  const paths = Array.from({ length: 4 }, () => {
    const x = mesas.between(-0.1, 1) * width;
    const broad = unit * mesas.between(0.12, 0.32);
    const high = unit * mesas.between(0.05, 0.15);
    const y = horizon + unit * 0.05;
    return polygon([
      [x, y],
      [x + broad * 0.14, y - high * 0.5],
      [x + broad * 0.18, y - high],
      [x + broad * 0.8, y - high],
      [x + broad * 0.86, y - high * 0.5],
      [x + broad, y],
    ]);
  });
  return [fill(paths.flat(), solid(palette.ground(0.1)))];
}

/** One dune: a smooth back, and a slope in shade that begins at its crest. */
function drawDune(stage: Stage, crest: number, base: number, tall: number, nearness: number, layer: number): Item[] {
  const { width, height, palette } = stage;
  const ridge = createRidge(stage, stage.seeded(`dune ${layer}`), base, tall, 0.75, sway(stage, nearness));
  const crestX = crest * width;
  const shade: Point[] = [];
  for (let step = 0; step <= 24; step++) {
    const x = crestX + (step / 24) * width * 0.5;
    shade.push([x, ridge.yAt(x)]);
  }
  for (let step = 24; step >= 0; step--) {
    const along = step / 24;
    const x = crestX + along * width * 0.5 - tall * Math.sin(along * Math.PI) * 1.1;
    shade.push([x, ridge.yAt(crestX + along * width * 0.5) + Math.sin(along * Math.PI) * tall * 0.95]);
  }
  return [
    fill(smoothGround(ridge.points, height), groundPaint(stage, base - tall, nearness, 0.6)),
    fill(polygon(shade), solid(palette.ground(Math.min(1, nearness + 0.25)), 0.4)),
  ];
}

function drawCacti(stage: Stage, base: number): Item[] {
  const cacti = stage.seeded('cacti');
  const paths = Array.from({ length: cacti.whole(1, 3) }, () =>
    cactus(cacti.between(0.1, 0.9) * stage.width, base + stage.unit * 0.05, stage.unit * cacti.between(0.07, 0.12)),
  );
  return [fill(paths.flat(), solid(stage.palette.dark))];
}

function cactus(x: number, y: number, tall: number): Path {
  const thick = tall * 0.17;
  const arm = (side: number, at: number, rise: number): Path => [
    ...roundedRectangle(side > 0 ? x : x - tall * 0.3, y - tall * at, tall * 0.3, thick * 0.8, thick * 0.4),
    ...roundedRectangle(
      x + side * tall * 0.3 - thick * 0.4,
      y - tall * (at + rise),
      thick * 0.8,
      tall * rise + thick * 0.8,
      thick * 0.4,
    ),
  ];
  return [
    ...roundedRectangle(x - thick / 2, y - tall, thick, tall * 1.1, thick / 2),
    ...arm(-1, 0.45, 0.25),
    ...arm(1, 0.6, 0.2),
  ];
}
