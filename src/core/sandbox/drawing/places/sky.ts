/** Sky, sun or moon, stars, clouds, birds. */
import { ellipse, rectangle, roundedRectangle, type Path, type Point } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';

export function drawSky(stage: Stage): Item[] {
  const { width, height, horizon, palette } = stage;
  return [
    fill(rectangle(0, 0, width, height), {
      type: 'linear',
      from: [0, 0],
      to: [0, horizon * 1.04],
      stops: [stop(0, palette.skyTop), stop(0.55, palette.skyMiddle), stop(1, palette.skyHorizon)],
    }),
    ...(palette.night ? drawStars(stage) : []),
    ...drawLight(stage),
    ...drawClouds(stage),
    ...(palette.night || stage.detail < 0.6 ? [] : drawBirds(stage)),
  ];
}

function drawLight({ width, height, unit, sun, palette, theme }: Stage): Item[] {
  const glow = sun.radius * (theme.mood === 'night' ? 4.5 : 7.5);
  const strength = theme.mood === 'mist' ? 0.5 : theme.mood === 'night' ? 0.38 : 0.72;
  const disc: Item[] = [
    fill(ellipse(sun.x, sun.y, sun.radius), solid(palette.light, theme.mood === 'mist' ? 0.75 : 1)),
  ];
  if (theme.mood === 'night') {
    const craters: Path = [
      ...ellipse(sun.x - sun.radius * 0.3, sun.y - sun.radius * 0.22, sun.radius * 0.2),
      ...ellipse(sun.x + sun.radius * 0.32, sun.y + sun.radius * 0.1, sun.radius * 0.13),
      ...ellipse(sun.x - sun.radius * 0.1, sun.y + sun.radius * 0.42, sun.radius * 0.16),
    ];
    disc.push(fill(craters, solid(palette.skyMiddle, 0.16)));
  }
  return [
    fill(rectangle(0, 0, width, Math.min(height, sun.y + glow + unit * 0.1)), {
      type: 'radial',
      center: [sun.x, sun.y],
      radius: glow,
      stops: [
        stop(0, palette.light, strength),
        stop(0.14, palette.light, strength * 0.62),
        stop(0.45, palette.light, strength * 0.17),
        stop(1, palette.light, 0),
      ],
    }),
    ...disc,
  ];
}

function drawStars({ width, horizon, unit, palette, theme, detail, phase, seeded }: Stage): Item[] {
  const stars = seeded('stars');
  const count = Math.round((theme.place === 'space' ? 190 : theme.mood === 'night' ? 120 : 45) * Math.min(2, detail));
  const groups: [Path[], Path[], Path[]] = [[], [], []];
  for (let index = 0; index < count; index++) {
    const height = horizon * (theme.place === 'space' ? 1.6 : 0.85);
    const radius = Math.max(0.5, unit * (0.0008 + 0.0018 * stars.next() ** 4));
    const group = groups[index % 3];
    group?.push(ellipse(stars.between(0, width), height * stars.next() ** 1.4, radius));
  }
  return groups.map((paths, index) => {
    const twinkle = 0.12 * Math.sin((phase + index / 3) * 2 * Math.PI);
    const alpha = 0.9 - index * 0.27 + twinkle;
    return fill(
      paths.flat(),
      solid(palette.light, Math.min(1, Math.max(0.15, theme.mood === 'dusk' ? alpha * 0.6 : alpha))),
    );
  });
}

/** Flat clouds: round-ended bars, each resting on a longer one. */
function drawClouds({ width, horizon, unit, palette, detail, phase, theme, seeded }: Stage): Item[] {
  if (theme.place === 'space') return [];
  const clouds = seeded('clouds');
  const count = Math.round(clouds.between(2, 4.4) * Math.min(1.6, Math.max(0.5, detail)));
  return Array.from({ length: count }, () => {
    const nearness = clouds.between(0.5, 1.25);
    const length = unit * 0.3 * nearness;
    const thickness = unit * 0.026 * nearness;
    const drift = Math.sin(phase * 2 * Math.PI) * unit * 0.03 * nearness;
    const x = clouds.between(-0.1, 0.95) * width + drift;
    const y = horizon * clouds.between(0.1, 0.62);
    const bars: Path[] = [];
    let left = x;
    let bar = length;
    for (let row = 0; row < 3; row++) {
      bars.push(roundedRectangle(left, y - row * thickness * 0.86, bar, thickness, thickness));
      left += bar * clouds.between(0.12, 0.34);
      bar *= clouds.between(0.42, 0.6);
    }
    const alpha = clouds.between(0.2, 0.42) * (palette.night ? 0.35 : 1);
    return fill(bars.flat(), {
      type: 'linear',
      from: [0, y - thickness * 2.2],
      to: [0, y + thickness],
      stops: [stop(0, palette.light, alpha), stop(1, palette.light, alpha * 0.45)],
    });
  });
}

function drawBirds({ width, horizon, unit, palette, phase, seeded }: Stage): Item[] {
  const birds = seeded('birds');
  const x = birds.between(0.2, 0.65) * width;
  const y = horizon * birds.between(0.22, 0.5);
  const lines = Array.from({ length: birds.whole(3, 6) }, (_, index): Point[] => {
    const size = unit * birds.between(0.009, 0.017);
    const left = x + unit * (0.055 * index + birds.between(-0.01, 0.01));
    const top = y + unit * birds.between(-0.05, 0.05);
    const wing = size * (0.55 + 0.3 * Math.sin((phase + birds.next()) * 2 * Math.PI));
    return [
      [left - size, top - wing],
      [left - size * 0.45, top - wing * 0.82],
      [left, top],
      [left + size * 0.45, top - wing * 0.82],
      [left + size, top - wing],
    ];
  });
  return [{ type: 'stroke', lines, width: Math.max(0.8, unit * 0.0024), paint: solid(palette.dark, 0.75) }];
}
