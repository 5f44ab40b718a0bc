/** Outlines: what both renderers draw. Pixels, y downwards. All closed shapes turn the same way, so overlaps unite. */

export type PathCommand =
  | readonly ['M', number, number]
  | readonly ['L', number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z'];

export type Path = readonly PathCommand[];
export type Point = readonly [x: number, y: number];

/** How far a cubic's handles lie from the ends of a quarter circle. */
const quarter = 0.5522847498;

export function polygon(points: readonly Point[]): Path {
  const oriented = signedArea(points) < 0 ? points.toReversed() : points;
  return [...oriented.map(([x, y], index) => [index === 0 ? 'M' : 'L', x, y] as const), ['Z']];
}

export function rectangle(x: number, y: number, width: number, height: number): Path {
  return polygon([
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ]);
}

export function ellipse(x: number, y: number, radiusX: number, radiusY = radiusX): Path {
  const handleX = radiusX * quarter;
  const handleY = radiusY * quarter;
  return [
    ['M', x + radiusX, y],
    ['C', x + radiusX, y + handleY, x + handleX, y + radiusY, x, y + radiusY],
    ['C', x - handleX, y + radiusY, x - radiusX, y + handleY, x - radiusX, y],
    ['C', x - radiusX, y - handleY, x - handleX, y - radiusY, x, y - radiusY],
    ['C', x + handleX, y - radiusY, x + radiusX, y - handleY, x + radiusX, y],
    ['Z'],
  ];
}

export function roundedRectangle(x: number, y: number, width: number, height: number, radius: number): Path {
  const r = Math.min(radius, width / 2, height / 2);
  const inset = r * (1 - quarter);
  const right = x + width;
  const bottom = y + height;
  return [
    ['M', x + r, y],
    ['L', right - r, y],
    ['C', right - inset, y, right, y + inset, right, y + r],
    ['L', right, bottom - r],
    ['C', right, bottom - inset, right - inset, bottom, right - r, bottom],
    ['L', x + r, bottom],
    ['C', x + inset, bottom, x, bottom - inset, x, bottom - r],
    ['L', x, y + r],
    ['C', x, y + inset, x + inset, y, x + r, y],
    ['Z'],
  ];
}

/** Everything below a smooth line through `points` (from left to right) down to `bottom`. */
export function smoothGround(points: readonly Point[], bottom: number): Path {
  const first = points[0] ?? [0, bottom];
  const last = points.at(-1) ?? first;
  const commands: PathCommand[] = [['M', first[0], first[1]]];
  for (let index = 1; index < points.length; index++) {
    const before = points[index - 2] ?? points[index - 1] ?? first;
    const from = points[index - 1] ?? first;
    const to = points[index] ?? last;
    const after = points[index + 1] ?? to;
    commands.push([
      'C',
      from[0] + (to[0] - before[0]) / 6,
      from[1] + (to[1] - before[1]) / 6,
      to[0] - (after[0] - from[0]) / 6,
      to[1] - (after[1] - from[1]) / 6,
      to[0],
      to[1],
    ]);
  }
  commands.push(['L', last[0], bottom], ['L', first[0], bottom], ['Z']);
  return commands;
}

/** Straight pieces of a path, one list of points for each of its parts; curves are cut finely enough for its size. */
export function flatten(path: Path): Point[][] {
  const parts: Point[][] = [];
  let part: Point[] = [];
  for (const command of path) {
    if (command[0] === 'M') {
      part = [[command[1], command[2]]];
      parts.push(part);
    } else if (command[0] === 'L') {
      part.push([command[1], command[2]]);
    } else if (command[0] === 'C') {
      flattenCurve(part, command);
    }
  }
  return parts;
}

function flattenCurve(
  part: Point[],
  [, x1, y1, x2, y2, x3, y3]: Extract<PathCommand, readonly ['C', ...number[]]>,
): void {
  const [x0, y0] = part.at(-1) ?? [x1, y1];
  const length = Math.hypot(x1 - x0, y1 - y0) + Math.hypot(x2 - x1, y2 - y1) + Math.hypot(x3 - x2, y3 - y2);
  const pieces = Math.min(64, Math.max(3, Math.ceil(Math.sqrt(length) * 1.2)));
  for (let index = 1; index <= pieces; index++) {
    const t = index / pieces;
    const u = 1 - t;
    const a = u * u * u;
    const b = 3 * u * u * t;
    const c = 3 * u * t * t;
    const d = t * t * t;
    part.push([a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3]);
  }
}

function signedArea(points: readonly Point[]): number {
  let area = 0;
  for (let index = 0; index < points.length; index++) {
    const [x0, y0] = points[index] ?? [0, 0];
    const [x1, y1] = points[(index + 1) % points.length] ?? [0, 0];
    area += x0 * y1 - x1 * y0;
  }
  return area;
}
