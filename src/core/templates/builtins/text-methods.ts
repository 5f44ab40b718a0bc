import { functionTable, type FunctionTable, type Implementation } from '../values/call.ts';
import type { Dict } from '../values/dict.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { checkTextLength } from '../values/limits.ts';
import { sliced } from '../values/slice.ts';
import { Tuple, characters, listOf, textOf, truth, typeName, wholeNumber, type Value } from '../values/value.ts';
import { formatBraces } from './brace-format.ts';
import { textPredicates } from './text-predicates.ts';
import {
  capitalized,
  expandTabs,
  splitLines,
  splitText,
  stripText,
  swapCased,
  titled,
  type Side,
} from './text-tools.ts';

/** The text of an argument that must be one. */
export function requiredText(value: Value, what: string): string {
  const found = textOf(value);
  if (found === undefined) throw typeFault(`${what} must be str, not ${typeName(value)}`);
  return found;
}

function optionalText(value: Value | undefined, what: string): string | undefined {
  return value === undefined || value === null ? undefined : requiredText(value, what);
}

function padding(text: string, width: Value, fill: Value): { missing: number; fill: string } {
  const filler = requiredText(fill, 'the fill character');
  if (characters(filler).length !== 1) throw typeFault('The fill character must be exactly one character long');
  const missing = Math.max(0, wholeNumber(width) - characters(text).length);
  checkTextLength(missing);
  return { missing, fill: filler };
}

/** `str.center`: an odd space goes left where the width is odd. */
export function centered(text: string, width: Value, fill: Value = ' '): string {
  const pad = padding(text, width, fill);
  const left = Math.floor(pad.missing / 2) + (pad.missing & wholeNumber(width) & 1);
  return pad.fill.repeat(left) + text + pad.fill.repeat(pad.missing - left);
}

/** `str.replace`; a negative count replaces all. */
export function replaced(text: string, old: string, fresh: string, count: number): string {
  const limit = count < 0 ? Infinity : count;
  const places = old === '' ? characters(text).length + 1 : text.split(old).length - 1;
  checkTextLength(text.length + Math.min(places, limit) * fresh.length);
  if (old === '') {
    const parts = ['', ...characters(text)];
    return parts.map((part, index) => (index < limit ? part + fresh : part)).join('');
  }
  let left = limit;
  return text.replaceAll(old, () => (left-- > 0 ? fresh : old));
}

/** `separator.join(values)`. */
export function joined(separator: string, values: Value): string {
  const parts = listOf(values).map((item, index) => {
    const part = textOf(item);
    if (part === undefined) {
      throw typeFault(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
    }
    return part;
  });
  checkTextLength(parts.reduce((length, part) => length + part.length + separator.length, 0));
  return parts.join(separator);
}

const strip =
  (side: Side): Implementation =>
  (_, text: string, chars?: Value) =>
    stripText(text, optionalText(chars, 'strip arg'), side);

const split =
  (fromRight: boolean): Implementation =>
  (_, text: string, separator: Value = null, limit: Value = -1n) => {
    const found = optionalText(separator, 'the separator');
    if (found === '') throw new TemplateFault('ValueError', 'empty separator');
    return splitText(text, found, wholeNumber(limit), fromRight);
  };

const partition =
  (fromRight: boolean): Implementation =>
  (_, text: string, separator: Value) => {
    const found = requiredText(separator, 'the separator');
    if (found === '') throw new TemplateFault('ValueError', 'empty separator');
    const index = fromRight ? text.lastIndexOf(found) : text.indexOf(found);
    if (index === -1) return new Tuple(fromRight ? ['', '', text] : [text, '', '']);
    return new Tuple([text.slice(0, index), found, text.slice(index + found.length)]);
  };

/** The place of a part, in characters; -1 where it is not. */
function findText(text: string, wanted: Value, start: Value, stop: Value, fromRight: boolean): number {
  const all = characters(text);
  const bound = (value: Value): number | undefined => (value === null ? undefined : wholeNumber(value));
  const [from, to] = [bound(start), bound(stop)];
  const first = from === undefined ? 0 : from < 0 ? Math.max(0, from + all.length) : from;
  if (first > all.length) return -1;
  const area = sliced(all, first, to).join('');
  const part = requiredText(wanted, 'the part');
  const index = fromRight ? area.lastIndexOf(part) : area.indexOf(part);
  return index === -1 ? -1 : first + characters(area.slice(0, index)).length;
}

const find =
  (fromRight: boolean, strict: boolean): Implementation =>
  (_, text: string, part: Value, start: Value = null, stop: Value = null) => {
    const index = findText(text, part, start, stop, fromRight);
    if (strict && index === -1) throw new TemplateFault('ValueError', 'substring not found');
    return BigInt(index);
  };

const starts =
  (atEnd: boolean): Implementation =>
  (_, text: string, parts: Value, start: Value = null, stop: Value = null) => {
    const bound = (value: Value): number | undefined => (value === null ? undefined : wholeNumber(value));
    const area = start === null && stop === null ? text : sliced(characters(text), bound(start), bound(stop)).join('');
    const candidates = parts instanceof Tuple ? parts.items : [parts];
    return candidates.some((candidate) => {
      const part = requiredText(candidate, 'the first argument');
      return atEnd ? area.endsWith(part) : area.startsWith(part);
    });
  };

function countOf(text: string, part: string): number {
  return part === '' ? characters(text).length + 1 : text.split(part).length - 1;
}

function zeroFilled(text: string, width: number): string {
  checkTextLength(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(Math.max(0, width - characters(text).length)) + text.slice(sign.length);
}

/** The methods of str that make a text, in which Markup escapes what is put in. */
export const textMethods: FunctionTable = new Map([
  ...textPredicates,
  ...functionTable([
    ['upper', 'text /', (_, text: string) => text.toUpperCase()],
    ['lower', 'text /', (_, text: string) => text.toLowerCase()],
    ['casefold', 'text /', (_, text: string) => text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ')],
    ['capitalize', 'text /', (_, text: string) => capitalized(text)],
    ['title', 'text /', (_, text: string) => titled(text)],
    ['swapcase', 'text /', (_, text: string) => swapCased(text)],
    ['strip', 'text chars? /', strip('both')],
    ['lstrip', 'text chars? /', strip('left')],
    ['rstrip', 'text chars? /', strip('right')],
    ['split', 'text sep? maxsplit?', split(false)],
    ['rsplit', 'text sep? maxsplit?', split(true)],
    ['splitlines', 'text keepends?', (_, text: string, keep: Value = false) => splitLines(text, truth(keep))],
    ['partition', 'text sep /', partition(false)],
    ['rpartition', 'text sep /', partition(true)],
    ['join', 'text values /', (_, text: string, values: Value) => joined(text, values)],
    [
      'replace',
      'text old new count? /',
      (_, text: string, old: Value, fresh: Value, count: Value = -1n) =>
        replaced(
          text,
          requiredText(old, 'replace() argument 1'),
          requiredText(fresh, 'replace() argument 2'),
          wholeNumber(count),
        ),
    ],
    ['startswith', 'text parts start? stop? /', starts(false)],
    ['endswith', 'text parts start? stop? /', starts(true)],
    ['find', 'text part start? stop? /', find(false, false)],
    ['rfind', 'text part start? stop? /', find(true, false)],
    ['index', 'text part start? stop? /', find(false, true)],
    ['rindex', 'text part start? stop? /', find(true, true)],
    [
      'count',
      'text part start? stop? /',
      (_, text: string, part: Value, start: Value = null, stop: Value = null) => {
        const bound = (value: Value): number | undefined => (value === null ? undefined : wholeNumber(value));
        const area = sliced(characters(text), bound(start), bound(stop)).join('');
        return BigInt(countOf(area, requiredText(part, 'the part')));
      },
    ],
    ['center', 'text width fill? /', (_, text: string, width: Value, fill: Value = ' ') => centered(text, width, fill)],
    [
      'ljust',
      'text width fill? /',
      (_, text: string, width: Value, fill: Value = ' ') => {
        const pad = padding(text, width, fill);
        return text + pad.fill.repeat(pad.missing);
      },
    ],
    [
      'rjust',
      'text width fill? /',
      (_, text: string, width: Value, fill: Value = ' ') => {
        const pad = padding(text, width, fill);
        return pad.fill.repeat(pad.missing) + text;
      },
    ],
    ['zfill', 'text width /', (_, text: string, width: Value) => zeroFilled(text, wholeNumber(width))],
    ['expandtabs', 'text tabsize?', (_, text: string, size: Value = 8n) => expandTabs(text, wholeNumber(size))],
    [
      'removeprefix',
      'text prefix /',
      (_, text: string, prefix: Value) => {
        const part = requiredText(prefix, 'removeprefix() argument');
        return text.startsWith(part) ? text.slice(part.length) : text;
      },
    ],
    [
      'removesuffix',
      'text suffix /',
      (_, text: string, suffix: Value) => {
        const part = requiredText(suffix, 'removesuffix() argument');
        return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
      },
    ],
    [
      'format',
      'text /  *positional **named',
      (runtime, text: string, positional: Value[], named: Dict) => formatBraces(runtime, text, positional, named),
    ],
    ['format_map', 'text map /', (runtime, text: string, map: Dict) => formatBraces(runtime, text, [], map)],
  ]),
]);
