import { TemplateFault } from '../values/fault.ts';
import { characters } from '../values/value.ts';

const gap = '[\\t\\n\\v\\f\\r ]';
const black = '[^\\t\\n\\v\\f\\r ]';
const letter = '\\p{L}';
const word = '[\\p{L}\\p{N}_]';
const edge = '[\\p{L}\\p{N}_!"\'&.,?]';

/** Gaps, dashes between words, and words; a hyphen between letters ends a piece. */
const pieces = new RegExp(
  [
    `${gap}+`,
    `(?<=${edge})-{2,}(?=${word})`,
    `${black}+?(?:-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})|(?=${gap}|$)|(?<=${edge})(?=-{2,}${word}))`,
  ].join('|'),
  'gu',
);
const simplePieces = new RegExp(`${gap}+|${black}+`, 'gu');

/** `textwrap.wrap(line, width)`: breaks at white space, and behind hyphens; too long words are cut. */
export function wrapLine(line: string, width: number, breakLong: boolean, breakHyphens: boolean): string[] {
  if (width <= 0) throw new TemplateFault('ValueError', `invalid width ${width} (must be > 0)`);
  const chunks = (line.match(breakHyphens ? pieces : simplePieces) ?? []).toReversed();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (isGap(chunks.at(-1)) && lines.length > 0) chunks.pop();
    const current: string[] = [];
    let used = 0;
    for (let next = chunks.at(-1); next !== undefined && used + lengthOf(next) <= width; next = chunks.at(-1)) {
      current.push(next);
      used += lengthOf(next);
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long !== undefined && lengthOf(long) > width)
      breakChunk(chunks, current, width - used, breakLong, breakHyphens);
    if (isGap(current.at(-1))) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function isGap(chunk: string | undefined): boolean {
  return chunk !== undefined && new RegExp(`^${gap}*$`).test(chunk);
}

function lengthOf(chunk: string): number {
  return characters(chunk).length;
}

/** Cuts the next chunk, which is longer than a line, behind its last hyphen that fits or where the line ends. */
function breakChunk(
  chunks: string[],
  current: string[],
  space: number,
  breakLong: boolean,
  breakHyphens: boolean,
): void {
  if (!breakLong) {
    if (current.length === 0) current.push(chunks.pop() ?? '');
    return;
  }
  const all = characters(chunks.at(-1) ?? '');
  let end = space;
  if (breakHyphens && all.length > space) {
    const hyphen = all.slice(0, space).lastIndexOf('-');
    if (hyphen > 0 && all.slice(0, hyphen).some((character) => character !== '-')) end = hyphen + 1;
  }
  current.push(all.slice(0, end).join(''));
  chunks[chunks.length - 1] = all.slice(end).join('');
}
