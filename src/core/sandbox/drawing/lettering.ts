/** Turns text into lines to draw. */
import { capHeight, glyphs, letterGap, spaceWidth, unknownGlyph, type Glyph } from './glyphs.ts';
import type { Point } from './path.ts';

const degrees = Math.PI / 180;

/** Width in pixels when capitals are `height` pixels high. */
export function measureText(text: string, height: number): number {
  let width = 0;
  for (const character of text) width += character === ' ' ? spaceWidth : glyphOf(character).width + letterGap;
  return (Math.max(0, width - letterGap) * height) / capHeight;
}

/** Lines of a text whose first capital has its upper left corner at `x`, `y`. */
export function letterText(text: string, x: number, y: number, height: number): Point[][] {
  const scale = height / capHeight;
  const lines: Point[][] = [];
  let offset = 0;
  for (const character of text) {
    if (character === ' ') {
      offset += spaceWidth;
      continue;
    }
    const glyph = glyphOf(character);
    for (const line of glyphLines(glyph.strokes)) {
      lines.push(line.map(([px, py]) => [x + (px + offset) * scale, y + py * scale]));
    }
    offset += glyph.width + letterGap;
  }
  return lines;
}

/**
 * Breaks text into at most `maxLines` lines no wider than `width`; what doesn't fit ends with an ellipsis, and a word too
 * long for a line is broken.
 */
export function wrapText(text: string, height: number, width: number, maxLines: number): string[] {
  const fits = (line: string): boolean => measureText(line, height) <= width;
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ').filter((word) => word !== '');
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
    } else if (line === '') {
      const characters = Array.from(word);
      while (characters.length > 1 && !fits(`${characters.join('')}-`)) characters.pop();
      line = `${characters.join('')}-`;
      words.unshift(Array.from(word).slice(characters.length).join(''));
    } else {
      words.unshift(word);
    }
    if (words.length > 0 && !fits(`${line} ${words[0] ?? ''}`)) {
      lines.push(line);
      line = '';
      if (lines.length === maxLines) return [...lines.slice(0, -1), withEllipsis(lines.at(-1) ?? '', fits)];
    }
  }
  return line === '' ? lines : [...lines, line];
}

function withEllipsis(line: string, fits: (line: string) => boolean): string {
  let kept = line.replace(/[-,.;: ]+$/, '');
  while (kept.length > 1 && !fits(`${kept}...`)) kept = kept.slice(0, -1).trimEnd();
  return `${kept}...`;
}

function glyphOf(character: string): Glyph {
  return glyphs[character] ?? glyphs[unknownGlyph] ?? { width: 0, strokes: '' };
}

function glyphLines(strokes: string): Point[][] {
  const lines: Point[][] = [];
  let line: Point[] = [];
  for (const [, letter, values = ''] of strokes.matchAll(/([MLA])([^MLA]*)/g)) {
    const numbers = values.trim().split(' ').map(Number);
    if (letter === 'M') {
      line = [];
      lines.push(line);
      if (values.trim() === '') continue;
    }
    if (letter === 'A') line.push(...arcPoints(numbers));
    else line.push([numbers[0] ?? 0, numbers[1] ?? 0]);
  }
  return lines;
}

function arcPoints([centerX = 0, centerY = 0, radiusX = 0, radiusY = 0, from = 0, to = 0]: readonly number[]): Point[] {
  const steps = Math.ceil(Math.abs(to - from) / 15);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = (from + ((to - from) * step) / steps) * degrees;
    return [centerX + radiusX * Math.cos(angle), centerY + radiusY * Math.sin(angle)];
  });
}
