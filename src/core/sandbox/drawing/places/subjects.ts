/** The few things that a prompt may name and the picture then shows. */
import { ellipse, polygon, rectangle, roundedRectangle, type Point } from '../path.ts';
import { fill, solid, stop, type Item } from '../picture.ts';
import type { Stage } from '../stage.ts';
import type { Subject } from '../theme.ts';

export function drawSubject(stage: Stage): Item[] {
  const { subject } = stage.theme;
  return subject === undefined ? [] : drawings[subject](stage);
}

const drawings: Readonly<Record<Subject, (stage: Stage) => Item[]>> = {
  boat: drawBoat,
  lighthouse: drawLighthouse,
  cabin: drawCabin,
  balloon: drawBalloon,
  fox: drawFox,
};

function drawBoat(stage: Stage): Item[] {
  const { width, height, horizon, unit, palette, sun, phase } = stage;
  const size = unit * 0.15;
  const x = sun.x < width / 2 ? width * 0.6 : width * 0.4;
  const y = horizon + (height - horizon) * 0.3 + Math.sin(phase * 2 * Math.PI) * unit * 0.006;
  const at = (dx: number, dy: number): Point => [x + dx * size, y + dy * size];
  return [
    fill(ellipse(x, y + size * 0.14, size * 0.62, size * 0.05), solid(palette.dark, 0.35)),
    fill(polygon([at(0.03, -0.08), at(0.03, -1.1), at(0.52, -0.14)]), solid(palette.light)),
    fill(polygon([at(-0.03, -0.1), at(-0.03, -0.95), at(-0.4, -0.14)]), solid(palette.accent)),
    { type: 'stroke', lines: [[at(0, 0), at(0, -1.15)]], width: size * 0.028, paint: solid(palette.dark) },
    fill(polygon([at(-0.52, -0.07), at(0.6, -0.07), at(0.44, 0.15), at(-0.36, 0.15)]), solid(palette.dark)),
  ];
}

function drawLighthouse(stage: Stage): Item[] {
  const { width, height, horizon, unit, palette, sun } = stage;
  const right = sun.x < width / 2;
  const x = right ? width - unit * 0.17 : unit * 0.17;
  const y = horizon - (height - horizon) * 0.13;
  const tall = unit * 0.3;
  const half = (at: number): number => tall * (0.105 - 0.04 * at);
  const band = (from: number, to: number): Point[] => [
    [x - half(from), y - tall * from],
    [x - half(to), y - tall * to],
    [x + half(to), y - tall * to],
    [x + half(from), y - tall * from],
  ];
  const lamp: Point = [x, y - tall * 0.885];
  const beam = (right ? -1 : 1) * unit * 1.1;
  return [
    fill(polygon([lamp, [x + beam, lamp[1] - unit * 0.16], [x + beam, lamp[1] + unit * 0.1]]), {
      type: 'linear',
      from: lamp,
      to: [x + beam, lamp[1]],
      stops: [stop(0, palette.light, 0.55), stop(0.9, palette.light, 0)],
    }),
    fill(polygon(band(-0.1, 0.8)), solid(palette.light)),
    fill([...polygon(band(0.1, 0.27)), ...polygon(band(0.44, 0.61))], solid(palette.accent)),
    fill(
      polygon(
        band(-0.1, 0.8).map(([px, py]) => [
          right ? Math.max(px, x + half(0.5) * 0.2) : Math.min(px, x - half(0.5) * 0.2),
          py,
        ]),
      ),
      solid(palette.dark, 0.22),
    ),
    fill(rectangle(x - tall * 0.085, y - tall * 0.82, tall * 0.17, tall * 0.028), solid(palette.dark)),
    fill(rectangle(x - tall * 0.048, y - tall * 0.95, tall * 0.096, tall * 0.13), solid(palette.accent)),
    fill(ellipse(lamp[0], lamp[1], tall * 0.034), solid(palette.light)),
    fill(
      polygon([
        [x - tall * 0.07, y - tall * 0.94],
        [x, y - tall * 1.06],
        [x + tall * 0.07, y - tall * 0.94],
      ]),
      solid(palette.dark),
    ),
  ];
}

function drawCabin(stage: Stage): Item[] {
  const { width, height, horizon, unit, palette, sun } = stage;
  const size = unit * 0.17;
  const x = sun.x < width / 2 ? width * 0.66 : width * 0.34;
  const y = horizon + (height - horizon) * 0.3;
  const at = (dx: number, dy: number): Point => [x + dx * size, y + dy * size];
  return [
    fill(polygon([at(0.24, -0.6), at(0.24, -0.95), at(0.36, -0.95), at(0.36, -0.5)]), solid(palette.dark)),
    fill(polygon([at(-0.5, 0.1), at(-0.5, -0.42), at(0.5, -0.42), at(0.5, 0.1)]), solid(palette.ground(0.78))),
    fill(polygon([at(-0.64, -0.38), at(0, -0.88), at(0.64, -0.38)]), solid(palette.dark)),
    fill(
      [
        ...rectangle(x - size * 0.36, y - size * 0.28, size * 0.22, size * 0.2),
        ...rectangle(x + size * 0.12, y - size * 0.28, size * 0.22, size * 0.2),
      ],
      solid([255, 206, 112]),
    ),
    fill(
      roundedRectangle(x - size * 0.07, y - size * 0.22, size * 0.13, size * 0.32, size * 0.02),
      solid(palette.dark),
    ),
  ];
}

function drawBalloon(stage: Stage): Item[] {
  const { width, horizon, unit, palette, sun, phase } = stage;
  const radius = unit * 0.1;
  const x = sun.x < width / 2 ? width * 0.66 : width * 0.34;
  const y = horizon * 0.42 - Math.sin(phase * 2 * Math.PI) * unit * 0.015;
  const skirt: Point[] = [
    [x - radius * 0.86, y + radius * 0.52],
    [x - radius * 0.2, y + radius * 1.45],
    [x + radius * 0.2, y + radius * 1.45],
    [x + radius * 0.86, y + radius * 0.52],
  ];
  const panel = (half: number, color: typeof palette.light, alpha: number): Item =>
    fill(
      [...ellipse(x, y, radius * half, radius), ...polygon(skirt.map(([px, py]) => [x + (px - x) * half, py]))],
      solid(color, alpha),
    );
  return [
    panel(1, palette.accent, 1),
    panel(0.66, palette.light, 0.92),
    panel(0.3, palette.accent, 1),
    {
      type: 'stroke',
      lines: [
        [
          [x - radius * 0.17, y + radius * 1.45],
          [x - radius * 0.12, y + radius * 1.72],
        ],
        [
          [x + radius * 0.17, y + radius * 1.45],
          [x + radius * 0.12, y + radius * 1.72],
        ],
      ],
      width: unit * 0.0022,
      paint: solid(palette.dark),
    },
    fill(
      roundedRectangle(x - radius * 0.15, y + radius * 1.7, radius * 0.3, radius * 0.24, radius * 0.05),
      solid(palette.dark),
    ),
  ];
}

/** Sitting, seen from the front, made of a few triangles. */
function drawFox(stage: Stage): Item[] {
  const { width, height, unit, palette } = stage;
  const size = unit * 0.2;
  // clear of the caption, which lies at the lower left
  const x = width * 0.68;
  const y = height * (width > height * 1.2 ? 0.74 : 0.66);
  const at = (dx: number, dy: number): Point => [x + dx * size, y + dy * size];
  const coat = [222, 108, 46] as const;
  const shaded = [190, 82, 34] as const;
  const white = [250, 240, 226] as const;
  const night = [44, 28, 30] as const;
  return [
    fill([...ellipse(x + size * 0.55, y + size * 0.42, size * 0.3, size * 0.15)], solid(shaded)),
    fill(ellipse(x + size * 0.8, y + size * 0.38, size * 0.1, size * 0.1), solid(white)),
    fill(
      polygon([at(-0.16, -0.35), at(0.16, -0.35), at(0.4, 0.3), at(0.34, 0.56), at(-0.34, 0.56), at(-0.4, 0.3)]),
      solid(shaded),
    ),
    fill(polygon([at(-0.12, -0.35), at(0.12, -0.35), at(0.14, 0.2), at(0, 0.36), at(-0.14, 0.2)]), solid(white)),
    fill(roundedRectangle(x - size * 0.17, y + size * 0.05, size * 0.12, size * 0.52, size * 0.06), solid(coat)),
    fill(roundedRectangle(x + size * 0.05, y + size * 0.05, size * 0.12, size * 0.52, size * 0.06), solid(coat)),
    fill(
      [
        ...polygon([at(-0.38, -0.66), at(-0.36, -1.12), at(-0.08, -0.82)]),
        ...polygon([at(0.38, -0.66), at(0.36, -1.12), at(0.08, -0.82)]),
      ],
      solid(coat),
    ),
    fill(
      [
        ...polygon([at(-0.32, -0.76), at(-0.31, -1), at(-0.16, -0.84)]),
        ...polygon([at(0.32, -0.76), at(0.31, -1), at(0.16, -0.84)]),
      ],
      solid(night),
    ),
    fill(
      polygon([
        at(-0.2, -0.86),
        at(0.2, -0.86),
        at(0.46, -0.5),
        at(0.12, -0.22),
        at(0, -0.14),
        at(-0.12, -0.22),
        at(-0.46, -0.5),
      ]),
      solid(coat),
    ),
    fill(
      [
        ...polygon([at(-0.46, -0.5), at(-0.1, -0.5), at(0, -0.14), at(-0.12, -0.22)]),
        ...polygon([at(0.46, -0.5), at(0.1, -0.5), at(0, -0.14), at(0.12, -0.22)]),
      ],
      solid(white),
    ),
    fill(
      [
        ...ellipse(x - size * 0.15, y - size * 0.57, size * 0.038, size * 0.05),
        ...ellipse(x + size * 0.15, y - size * 0.57, size * 0.038, size * 0.05),
        ...ellipse(x, y - size * 0.19, size * 0.055, size * 0.042),
      ],
      solid(night),
    ),
    fill(
      [
        ...ellipse(x - size * 0.14, y - size * 0.59, size * 0.012),
        ...ellipse(x + size * 0.16, y - size * 0.59, size * 0.012),
      ],
      solid(palette.light),
    ),
  ];
}
