import { characters } from '../values/value.ts';

/** What Python calls white space, as the inside of a character class. */
export const spaces = '\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** What Python's splitlines breaks at. */
const breaks = '\\n\\v\\f\\r\\u001c-\\u001e\\u0085\\u2028\\u2029';

const isSpace = new RegExp(`^[${spaces}]$`);
const someSpaces = new RegExp(`[${spaces}]+`, 'g');
const lineBreaks = new RegExp(`\\r\\n|[${breaks}]`, 'g');

export type Side = 'left' | 'right' | 'both';

/** `strip`, `lstrip`, `rstrip`; without `chars` white space goes. */
export function stripText(text: string, chars: string | undefined, side: Side): string {
  // white space and most characters are single units; searching from the end by a pattern would take quadratic time
  const all = chars === undefined ? text : characters(text);
  const set = chars === undefined ? undefined : new Set(characters(chars));
  const goes = (index: number): boolean => {
    const character = all[index] ?? '';
    return set === undefined ? isSpace.test(character) : set.has(character);
  };
  let [from, to] = [0, all.length];
  if (side !== 'right') while (from < to && goes(from)) from++;
  if (side !== 'left') while (to > from && goes(to - 1)) to--;
  return typeof all === 'string' ? all.slice(from, to) : all.slice(from, to).join('');
}

/** `splitlines`. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(lineBreaks)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, keepEnds ? end : match.index));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** `split` and `rsplit`; `limit` is the number of cuts, negative for any number. */
export function splitText(text: string, separator: string | undefined, limit: number, fromRight: boolean): string[] {
  const parts = separator === undefined ? wordsWithGaps(text) : piecesWithGaps(text, separator);
  const words = parts.filter((_, index) => index % 2 === 0);
  if (limit < 0 || words.length <= limit + 1) return words;
  // words stand at even places; what is left over at one end stays whole, gaps included
  const isWord = (_: string, index: number): boolean => index % 2 === 0;
  const [leading = '', trailing = ''] =
    separator === undefined
      ? [
          text.slice(0, text.length - stripText(text, undefined, 'left').length),
          text.slice(stripText(text, undefined, 'right').length),
        ]
      : [];
  if (!fromRight) return [...parts.slice(0, 2 * limit).filter(isWord), parts.slice(2 * limit).join('') + trailing];
  const border = parts.length - 2 * limit;
  return [leading + parts.slice(0, border).join(''), ...parts.slice(border + 1).filter(isWord)];
}

/** Words and the gaps between them by turns; white space around the text is dropped. */
function wordsWithGaps(text: string): string[] {
  const trimmed = stripText(text, undefined, 'both');
  return trimmed === '' ? [] : trimmed.split(new RegExp(`(${someSpaces.source})`));
}

function piecesWithGaps(text: string, separator: string): string[] {
  return text.split(separator).flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece]));
}

/** Letters that are two in one and have a form with only the first one large. */
const digraphs = new Map([
  ['ǆ', 'ǅ'],
  ['ǉ', 'ǈ'],
  ['ǌ', 'ǋ'],
  ['ǳ', 'ǲ'],
]);

/** A character in title case: `ß` gives `Ss`. */
function titleCased(character: string): string {
  const digraph = digraphs.get(character.toLowerCase());
  if (digraph !== undefined) return digraph;
  const [first = '', ...rest] = characters(character.toUpperCase());
  return first + rest.join('').toLowerCase();
}

/** `str.capitalize`. */
export function capitalized(text: string): string {
  const [first = '', ...rest] = characters(text);
  return titleCased(first) + rest.join('').toLowerCase();
}

/** `str.title`: a letter behind a letter is small, any other is large. */
export function titled(text: string): string {
  let afterLetter = false;
  return characters(text)
    .map((character) => {
      const letter = /\p{Cased}/u.test(character);
      const result = letter ? (afterLetter ? character.toLowerCase() : titleCased(character)) : character;
      afterLetter = letter;
      return result;
    })
    .join('');
}

/** `str.swapcase`. */
export function swapCased(text: string): string {
  return characters(text)
    .map((character) => (/\p{Uppercase}/u.test(character) ? character.toLowerCase() : character.toUpperCase()))
    .join('');
}

/** `str.istitle`. */
export function isTitled(text: string): boolean {
  return /\p{Cased}/u.test(text) && titled(text) === text;
}

/** `str.expandtabs`. */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  return characters(text)
    .map((character) => {
      if (character === '\t') {
        const width = size > 0 ? size - (column % size) : 0;
        column += width;
        return ' '.repeat(width);
      }
      column = character === '\n' || character === '\r' ? 0 : column + 1;
      return character;
    })
    .join('');
}
