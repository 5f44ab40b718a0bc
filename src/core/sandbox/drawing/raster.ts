/** Paints a picture into pixels. */
import { createCoverage, type Coverage } from './coverage.ts';
import { flatten, type Path, type Point } from './path.ts';
import type { Item, Paint, Picture, Pixels, Stop } from './picture.ts';

/** Steps of a gradient; more than bytes can tell apart. */
const gradientSteps = 1024;

/** Transparent where nothing is painted. */
export function paintPixels(picture: Picture): Pixels {
  const { width, height } = picture;
  const pixels: Pixels = { width, height, data: new Uint8Array(width * height * 4) };
  const coverage = createCoverage(width, height);
  for (const item of picture.scene) paintItem(pixels, coverage, item);
  if (picture.clip !== undefined) clipPixels(pixels, coverage, picture.clip);
  for (const item of picture.overlay) paintItem(pixels, coverage, item);
  return pixels;
}

function paintItem(pixels: Pixels, coverage: Coverage, item: Item): void {
  if (item.type === 'image') {
    paintImage(pixels, item.pixels, Math.round(item.x), Math.round(item.y));
    return;
  }
  if (item.type === 'fill') coverage.add(flatten(item.path));
  else for (const line of item.lines) coverage.add(strokeOutlines(line, item.width / 2));
  if (item.paint.type === 'solid') paintSolid(pixels, coverage, item.paint);
  else if (item.paint.type === 'linear' && item.paint.from[0] === item.paint.to[0])
    paintVertical(pixels, coverage, item.paint);
  else paintGradient(pixels, coverage, item.paint);
}

/** One capsule for each piece of a line; together they are the line with round joins and ends. */
function strokeOutlines(line: readonly Point[], radius: number): Point[][] {
  const capPoints = Math.min(24, Math.max(6, Math.ceil(radius * 2)));
  const outlines: Point[][] = [];
  for (let index = 1; index < line.length; index++) {
    const [ax, ay] = line[index - 1] ?? [0, 0];
    const [bx, by] = line[index] ?? [0, 0];
    const along = Math.atan2(by - ay, bx - ax);
    const outline: Point[] = [];
    for (let step = 0; step <= capPoints; step++) {
      const angle = along - Math.PI / 2 + (Math.PI * step) / capPoints;
      outline.push([bx + Math.cos(angle) * radius, by + Math.sin(angle) * radius]);
    }
    for (let step = 0; step <= capPoints; step++) {
      const angle = along + Math.PI / 2 + (Math.PI * step) / capPoints;
      outline.push([ax + Math.cos(angle) * radius, ay + Math.sin(angle) * radius]);
    }
    outlines.push(outline);
  }
  return outlines;
}

function paintSolid(pixels: Pixels, coverage: Coverage, paint: Extract<Paint, { type: 'solid' }>): void {
  const [red, green, blue] = paint.color;
  coverage.drain((row, from, to, amounts) => paintRow(pixels, row, from, to, amounts, red, green, blue, paint.alpha));
}

/** Most gradients run from top to bottom: one colour a row. */
function paintVertical(pixels: Pixels, coverage: Coverage, paint: Extract<Paint, { type: 'linear' }>): void {
  const colors = gradientTable(paint.stops);
  const position = linearPosition(paint);
  coverage.drain((row, from, to, amounts) => {
    const index = tableIndex(position(0, row + 0.5));
    const red = colors[index] ?? 0;
    paintRow(
      pixels,
      row,
      from,
      to,
      amounts,
      red,
      colors[index + 1] ?? 0,
      colors[index + 2] ?? 0,
      colors[index + 3] ?? 0,
    );
  });
}

function paintRow(
  { data, width }: Pixels,
  row: number,
  from: number,
  to: number,
  amounts: Float32Array,
  red: number,
  green: number,
  blue: number,
  alpha: number,
): void {
  if (alpha <= 0) return;
  let offset = (row * width + from) * 4;
  for (let column = from; column < to; column++, offset += 4) {
    const amount = amounts[column] ?? 0;
    if (amount > 0.002) blend(data, offset, red, green, blue, amount * alpha);
  }
}

function paintGradient(pixels: Pixels, coverage: Coverage, paint: Exclude<Paint, { type: 'solid' }>): void {
  const { data, width } = pixels;
  const colors = gradientTable(paint.stops);
  const position = paint.type === 'linear' ? linearPosition(paint) : radialPosition(paint);
  coverage.drain((row, from, to, amounts) => {
    let offset = (row * width + from) * 4;
    for (let column = from; column < to; column++, offset += 4) {
      const amount = amounts[column] ?? 0;
      if (amount <= 0.002) continue;
      const index = tableIndex(position(column + 0.5, row + 0.5));
      const alpha = (colors[index + 3] ?? 0) * amount;
      if (alpha > 0) blend(data, offset, colors[index] ?? 0, colors[index + 1] ?? 0, colors[index + 2] ?? 0, alpha);
    }
  });
}

function tableIndex(at: number): number {
  return (at <= 0 ? 0 : at >= 1 ? gradientSteps : Math.round(at * gradientSteps)) * 4;
}

function linearPosition({ from, to }: Extract<Paint, { type: 'linear' }>): (x: number, y: number) => number {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const square = dx * dx + dy * dy || 1;
  const start = (from[0] * dx + from[1] * dy) / square;
  const stepX = dx / square;
  const stepY = dy / square;
  return (x, y) => x * stepX + y * stepY - start;
}

function radialPosition({ center, radius }: Extract<Paint, { type: 'radial' }>): (x: number, y: number) => number {
  const [centerX, centerY] = center;
  return (x, y) => Math.sqrt((x - centerX) ** 2 + (y - centerY) ** 2) / radius;
}

/** Red, green, blue (0–255) and alpha (0–1) for each step. */
function gradientTable(stops: readonly Stop[]): Float32Array {
  const table = new Float32Array((gradientSteps + 1) * 4);
  for (let step = 0; step <= gradientSteps; step++) {
    const at = step / gradientSteps;
    const next = stops.findIndex((stop) => stop.at >= at);
    const after = stops[next === -1 ? stops.length - 1 : next];
    const before = next > 0 ? stops[next - 1] : after;
    if (after === undefined || before === undefined) continue;
    const span = after.at - before.at;
    const amount = span <= 0 ? 1 : Math.min(1, (at - before.at) / span);
    for (let part = 0; part < 3; part++) {
      table[step * 4 + part] = mix(before.color[part] ?? 0, after.color[part] ?? 0, amount);
    }
    table[step * 4 + 3] = mix(before.alpha, after.alpha, amount);
  }
  return table;
}

function mix(a: number, b: number, amount: number): number {
  return a + (b - a) * amount;
}

/** Source over destination. */
function blend(data: Uint8Array, offset: number, red: number, green: number, blue: number, alpha: number): void {
  const below = data[offset + 3] ?? 0;
  if (alpha >= 0.999) {
    data[offset] = red + 0.5;
    data[offset + 1] = green + 0.5;
    data[offset + 2] = blue + 0.5;
    data[offset + 3] = 255;
    return;
  }
  if (below === 255) {
    data[offset] = mix(data[offset] ?? 0, red, alpha) + 0.5;
    data[offset + 1] = mix(data[offset + 1] ?? 0, green, alpha) + 0.5;
    data[offset + 2] = mix(data[offset + 2] ?? 0, blue, alpha) + 0.5;
    return;
  }
  const belowAlpha = (below / 255) * (1 - alpha);
  const total = alpha + belowAlpha;
  data[offset] = ((data[offset] ?? 0) * belowAlpha + red * alpha) / total + 0.5;
  data[offset + 1] = ((data[offset + 1] ?? 0) * belowAlpha + green * alpha) / total + 0.5;
  data[offset + 2] = ((data[offset + 2] ?? 0) * belowAlpha + blue * alpha) / total + 0.5;
  data[offset + 3] = total * 255 + 0.5;
}

function paintImage(pixels: Pixels, image: Pixels, left: number, top: number): void {
  for (let y = Math.max(0, -top); y < image.height && y + top < pixels.height; y++) {
    for (let x = Math.max(0, -left); x < image.width && x + left < pixels.width; x++) {
      const from = (y * image.width + x) * 4;
      const alpha = image.data[from + 3] ?? 0;
      if (alpha === 0) continue;
      const to = ((y + top) * pixels.width + x + left) * 4;
      blend(pixels.data, to, image.data[from] ?? 0, image.data[from + 1] ?? 0, image.data[from + 2] ?? 0, alpha / 255);
    }
  }
}

function clipPixels(pixels: Pixels, coverage: Coverage, clip: Path): void {
  const { width, height, data } = pixels;
  const kept = new Float32Array(width * height);
  coverage.add(flatten(clip));
  coverage.drain((row, from, to, amounts) => kept.set(amounts.subarray(from, to), row * width + from));
  for (let index = 0; index < kept.length; index++) {
    const amount = kept[index] ?? 0;
    const offset = index * 4;
    if (amount < 1) data[offset + 3] = (data[offset + 3] ?? 0) * amount + 0.5;
    // colour under full transparency would only make files larger
    if (data[offset + 3] === 0) data.fill(0, offset, offset + 3);
  }
}
