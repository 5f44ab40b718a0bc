/** The plate with the prompt's first words and what made the picture. */
import type { Palette } from './palette.ts';
import { letterText, measureText, wrapText } from './lettering.ts';
import { capHeight, descender } from './glyphs.ts';
import { roundedRectangle } from './path.ts';
import { fill, solid, type Item } from './picture.ts';
import { transliterate } from './transliterate.ts';

export interface CaptionOptions {
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** Small print, in the order of importance: what doesn't fit is left out from the end. */
  readonly notes: readonly string[];
  readonly centered: boolean;
  readonly palette: Palette;
}

const maxCharacters = 110;
const lineHeight = 1.72;

export function drawCaption({ width, height, text, notes, centered, palette }: CaptionOptions): Item[] {
  const words = transliterate(text).slice(0, maxCharacters) || 'untitled';
  const unit = Math.min(width, height);
  const margin = Math.round(unit * 0.045);
  const padding = Math.max(8, unit * 0.03);
  const maxWidth =
    (centered ? Math.min(width * 0.86, unit * 0.9) : Math.min(width - 2 * margin, Math.max(unit * 0.78, width * 0.5))) -
    2 * padding;
  const size = Math.max(8.5, unit * 0.03);
  const lines = wrapText(words, size, maxWidth, width / height > 1.6 || centered ? 2 : 3);
  const noteSize = Math.max(5.5, size * 0.5);
  const note = fitNote(notes, noteSize, maxWidth);
  const textWidth = Math.max(...lines.map((line) => measureText(line, size)), measureText(note, noteSize));
  const noteSpace = note === '' ? 0 : noteSize * 2.5;
  const plateWidth = textWidth + 2 * padding;
  const below = (size * descender) / capHeight / 2;
  const plateHeight =
    lines.length * size * lineHeight -
    size * (lineHeight - 1) +
    noteSpace +
    2 * padding +
    below * (note === '' ? 1 : 0);
  const left = centered ? (width - plateWidth) / 2 : margin;
  const top = height - margin - plateHeight;
  const xOf = (line: string, lineSize: number): number =>
    left + (centered ? (plateWidth - measureText(line, lineSize)) / 2 : padding);
  const letters = lines.flatMap((line, index) =>
    letterText(line, xOf(line, size), top + padding + index * size * lineHeight, size),
  );
  const items: Item[] = [
    fill(roundedRectangle(left, top, plateWidth, plateHeight, padding * 0.7), solid(palette.dark, 0.84)),
    { type: 'stroke', lines: letters, width: Math.max(1.25, size * 0.125), paint: solid([255, 252, 246]) },
  ];
  if (note !== '') {
    const noteLines = letterText(note, xOf(note, noteSize), top + plateHeight - padding - noteSize, noteSize);
    items.push({
      type: 'stroke',
      lines: noteLines,
      width: Math.max(0.85, noteSize * 0.12),
      paint: solid(palette.light, 0.72),
    });
  }
  return items;
}

function fitNote(notes: readonly string[], size: number, width: number): string {
  for (let count = notes.length; count > 0; count--) {
    const note = notes.slice(0, count).join(' · ');
    if (measureText(note, size) <= width) return note;
  }
  return '';
}
