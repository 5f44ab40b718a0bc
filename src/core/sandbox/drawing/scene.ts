/** The scene of a prompt: sky, place, subject. */
import type { Item } from './picture.ts';
import { drawCity } from './places/city.ts';
import { drawDesert } from './places/desert.ts';
import { drawForest } from './places/forest.ts';
import { drawHills, drawMountains } from './places/land.ts';
import { drawSea } from './places/sea.ts';
import { drawSky } from './places/sky.ts';
import { drawSpace } from './places/space.ts';
import { drawSubject } from './places/subjects.ts';
import { ellipse } from './path.ts';
import { fill, solid } from './picture.ts';
import type { Part, Stage } from './stage.ts';
import type { Place } from './theme.ts';

/** Adding a place is one file and one line here, and its words in `theme.ts`. */
const placeParts: Readonly<Record<Place, Part>> = {
  mountains: drawMountains,
  hills: drawHills,
  sea: drawSea,
  forest: drawForest,
  city: drawCity,
  desert: drawDesert,
  space: drawSpace,
};

export function drawScene(stage: Stage): Item[] {
  return [
    ...drawSky(stage),
    ...placeParts[stage.theme.place](stage),
    ...drawSubject(stage),
    ...(stage.theme.snow ? drawSnowfall(stage) : []),
  ];
}

function drawSnowfall({ width, height, unit, palette, detail, phase, seeded }: Stage): Item[] {
  const flakes = seeded('snow');
  const paths = Array.from({ length: Math.round(110 * Math.min(2, detail)) }, () => {
    const x = flakes.between(0, width) + Math.sin((phase + flakes.next()) * 2 * Math.PI) * unit * 0.01;
    const y = (flakes.next() + phase) % 1;
    return ellipse(x, y * height, unit * (0.0012 + 0.0032 * flakes.next() ** 2));
  });
  return [fill(paths.flat(), solid(palette.light, 0.8))];
}
