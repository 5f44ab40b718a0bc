/** Writes a picture as SVG: the same shapes as the pixels, no script, nothing loaded from elsewhere. */
import { hexOf } from './color.ts';
import type { Path, Point } from './path.ts';
import type { Item, Paint, Picture, Pixels, Stop } from './picture.ts';

/** `pngUrl` makes a data URL of embedded pixels. The SVG is as many pixels wide and high as the picture. */
export function writeSvg(picture: Picture, pngUrl: (pixels: Pixels) => string): string {
  const definitions: string[] = [];
  const writeItems = (items: readonly Item[]): string =>
    items.map((item) => writeItem(item, definitions, pngUrl)).join('\n');
  const scene = writeItems(picture.scene);
  const overlay = writeItems(picture.overlay);
  if (picture.clip !== undefined)
    definitions.push(`<clipPath id="clip"><path d="${pathData(picture.clip)}"/></clipPath>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${picture.width}" height="${picture.height}" viewBox="0 0 ${picture.width} ${picture.height}" role="img">`,
    `<title>${escapeXml(picture.title)}</title>`,
    `<defs>${definitions.join('')}</defs>`,
    picture.clip === undefined ? scene : `<g clip-path="url(#clip)">\n${scene}\n</g>`,
    overlay,
    '</svg>\n',
  ].join('\n');
}

function writeItem(item: Item, definitions: string[], pngUrl: (pixels: Pixels) => string): string {
  if (item.type === 'image') {
    const { width, height } = item.pixels;
    return `<image x="${round(item.x)}" y="${round(item.y)}" width="${width}" height="${height}" href="${pngUrl(item.pixels)}"/>`;
  }
  const paint = paintAttributes(item.paint, item.type, definitions);
  if (item.type === 'fill') return `<path d="${pathData(item.path)}" ${paint}/>`;
  const data = item.lines.map(lineData).join('');
  return `<path d="${data}" fill="none" ${paint} stroke-width="${round(item.width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function paintAttributes(paint: Paint, property: 'fill' | 'stroke', definitions: string[]): string {
  if (paint.type === 'solid') {
    return `${property}="${hexOf(paint.color)}"${paint.alpha < 1 ? ` ${property}-opacity="${round(paint.alpha)}"` : ''}`;
  }
  const id = `g${definitions.length}`;
  const stops = paint.stops.map(writeStop).join('');
  definitions.push(
    paint.type === 'linear'
      ? `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${round(paint.from[0])}" y1="${round(paint.from[1])}" x2="${round(paint.to[0])}" y2="${round(paint.to[1])}">${stops}</linearGradient>`
      : `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${round(paint.center[0])}" cy="${round(paint.center[1])}" r="${round(paint.radius)}">${stops}</radialGradient>`,
  );
  return `${property}="url(#${id})"`;
}

function writeStop({ at, color, alpha }: Stop): string {
  return `<stop offset="${round(at)}" stop-color="${hexOf(color)}"${alpha < 1 ? ` stop-opacity="${round(alpha)}"` : ''}/>`;
}

function pathData(path: Path): string {
  return path.map(([letter, ...numbers]) => `${letter}${numbers.map(round).join(' ')}`).join('');
}

function lineData(line: readonly Point[]): string {
  return line.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Characters that XML 1.0 doesn't allow at all are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
