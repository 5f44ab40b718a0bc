import { arithmetic } from '../values/arithmetic.ts';
import { functionTable, type FunctionTable, type Runtime } from '../values/call.ts';
import { equal, extreme, sorted } from '../values/compare.ts';
import { Dict, DictView } from '../values/dict.ts';
import { escape, softText } from '../values/escape.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { checkListLength, checkTextLength } from '../values/limits.ts';
import { Range } from '../values/range.ts';
import {
  Markup,
  Stream,
  Tuple,
  Undefined,
  characters,
  iterate,
  lengthOf,
  listOf,
  orElse,
  text,
  textOf,
  truth,
  typeName,
  wholeNumber,
  type Value,
} from '../values/value.ts';
import { attributeGetter, comparisonKey, ignoringCase, sortKey } from './attribute-path.ts';

/** One group of `groupby`: a tuple whose two parts also have names. */
class Group extends Tuple {
  override readonly typeName = '_GroupTuple';

  override attribute(name: string): Value | undefined {
    if (name === 'grouper') return this.items[0];
    return name === 'list' ? this.items[1] : undefined;
  }
}

function requiredLength(value: Value): bigint {
  const length = lengthOf(value);
  if (length === undefined) throw typeFault(`object of type '${typeName(value)}' has no len()`);
  return BigInt(length);
}

/** The items of what Python can walk backwards. */
function reversible(value: Value): Value[] | undefined {
  const whole = textOf(value);
  if (whole !== undefined) return [...characters(whole)];
  const has =
    Array.isArray(value) ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof DictView ||
    value instanceof Range ||
    value instanceof Undefined;
  return has ? listOf(value) : undefined;
}

function last(value: Value): Value {
  const items = reversible(value);
  if (items === undefined) throw typeFault(`'${typeName(value)}' object is not reversible`);
  return orElse(items.at(-1), () => new Undefined('No last item, sequence was empty.'));
}

function reversed(value: Value): Value {
  if (typeof value === 'string') return characters(value).toReversed().join('');
  if (value instanceof Markup) return new Markup(characters(value.value).toReversed().join(''));
  const items = reversible(value);
  return items === undefined ? listOf(value).toReversed() : new Stream(items.toReversed().values());
}

function join(runtime: Runtime, value: Value, separator: Value, attribute: Value | undefined): Value {
  const found = listOf(value);
  const items = attribute === undefined || attribute === null ? found : found.map(attributeGetter(runtime, attribute));
  const parts = items.map((item) => softText(item));
  const escapes = runtime.autoescape && (separator instanceof Markup || parts.some((part) => part instanceof Markup));
  const glue = escapes ? escape(separator).value : text(separator);
  const pieces = parts.map((part) => (escapes ? escape(part).value : text(part)));
  checkTextLength(pieces.reduce((length, piece) => length + piece.length + glue.length, 0));
  return escapes ? new Markup(pieces.join(glue)) : pieces.join(glue);
}

function unique(runtime: Runtime, value: Value, caseSensitive: boolean, attribute: Value): Value {
  const keyOf = comparisonKey(runtime, attribute, caseSensitive);
  const seen = new Dict();
  const kept = listOf(value).filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.set(key, null);
    return true;
  });
  return new Stream(kept.values());
}

function groups(runtime: Runtime, value: Value, attribute: Value, fallback: Value, caseSensitive: boolean): Value {
  const keyOf = comparisonKey(runtime, attribute, caseSensitive, fallback);
  const nameOf = attributeGetter(runtime, attribute, fallback);
  const found: { key: Value; items: Value[] }[] = [];
  for (const item of sorted(listOf(value), keyOf)) {
    const key = keyOf(item);
    const current = found.at(-1);
    if (current !== undefined && equal(current.key, key)) current.items.push(item);
    else found.push({ key, items: [item] });
  }
  return found.map(({ items }) => new Group([nameOf(items[0] ?? null), items]));
}

function sum(runtime: Runtime, value: Value, attribute: Value, start: Value): Value {
  if (textOf(start) !== undefined) throw typeFault("sum() can't sum strings [use ''.join(seq) instead]");
  const items = listOf(value);
  const parts = attribute === null ? items : items.map(attributeGetter(runtime, attribute));
  return parts.reduce<Value>((total, part) => arithmetic('+', total, part), start);
}

/** `slices` lists of nearly equal length. */
function sliced(value: Value, count: number, fill: Value): Value {
  const items = listOf(value);
  if (count === 0) throw new TemplateFault('ZeroDivisionError', 'integer division or modulo by zero');
  checkListLength(count);
  const [size, extra] = [Math.floor(items.length / count), items.length % count];
  const parts = Array.from({ length: Math.max(0, count) }, (_, index): Value => {
    const start = index * size + Math.min(index, extra);
    const part = items.slice(start, start + size + (index < extra ? 1 : 0));
    return fill !== null && index >= extra ? [...part, fill] : part;
  });
  return new Stream(parts.values());
}

/** Lists of `size` items; the last is filled up. */
function batched(value: Value, size: number, fill: Value): Value {
  const items = listOf(value);
  checkListLength(size);
  const rows: Value[][] = [];
  for (const item of items) {
    const row = rows.at(-1);
    if (row === undefined || row.length === size) rows.push([item]);
    else row.push(item);
  }
  const tail = rows.at(-1);
  if (fill !== null && tail !== undefined)
    tail.push(...Array.from({ length: Math.max(0, size - tail.length) }, () => fill));
  return new Stream(rows.values());
}

function pairsOf(value: Value): Value[] {
  if (value instanceof Undefined) value.fail();
  if (!(value instanceof Dict)) throw typeFault(`'${typeName(value)}' object has no attribute 'items'`);
  return value.pairs().map((pair) => new Tuple(pair));
}

function sortedPairs(value: Value, caseSensitive: boolean, by: Value, reverse: boolean): Value {
  if (by !== 'key' && by !== 'value') {
    throw new TemplateFault('FilterArgumentError', 'You can only sort by either "key" or "value"');
  }
  const keyOf = (pair: Value): Value => {
    const part = (pair as Tuple).items[by === 'key' ? 0 : 1] ?? null;
    return caseSensitive ? part : ignoringCase(part);
  };
  return sorted(pairsOf(value), keyOf, reverse);
}

function items(value: Value): Value {
  if (value instanceof Undefined) return new Stream([].values());
  if (!(value instanceof Dict)) throw typeFault('Can only get item pairs from a mapping.');
  return new Stream(pairsOf(value).values());
}

/** A choice that follows the seed. Python's own generator is another one, so the choices differ from Jinja2's. */
export function chosen(runtime: Runtime, value: Value, whenEmpty: string): Value {
  const whole = textOf(value);
  const from = whole === undefined ? value : [...characters(whole)];
  const isSequence = Array.isArray(from) || from instanceof Tuple || from instanceof Range || from instanceof Undefined;
  if (!isSequence) throw typeFault(`'${typeName(value)}' object is no sequence to choose from`);
  const list = listOf(from);
  return orElse(list[Math.floor(runtime.random() * list.length)], () => new Undefined(whenEmpty));
}

export const sequenceFilters: FunctionTable = functionTable([
  [
    'first',
    'seq',
    (_, seq: Value) => {
      const next = iterate(seq).next();
      return next.done === true ? new Undefined('No first item, sequence was empty.') : next.value;
    },
  ],
  ['last', 'seq', (_, seq: Value) => last(seq)],
  ['length', 'obj /', (_, value: Value) => requiredLength(value)],
  ['count', 'obj /', (_, value: Value) => requiredLength(value)],
  ['list', 'value', (_, value: Value) => listOf(value)],
  ['reverse', 'value', (_, value: Value) => reversed(value)],
  ['items', 'value', (_, value: Value) => items(value)],
  ['random', 'seq', (runtime, seq: Value) => chosen(runtime, seq, 'No random item, sequence was empty.')],
  [
    'join',
    'value d? attribute?',
    (runtime, value: Value, separator: Value = '', attribute?: Value) => join(runtime, value, separator, attribute),
  ],
  [
    'sort',
    'value reverse? case_sensitive? attribute?',
    (runtime, value: Value, reverse: Value = false, caseSensitive: Value = false, attribute: Value = null) =>
      sorted(listOf(value), sortKey(runtime, attribute, truth(caseSensitive)), truth(reverse)),
  ],
  [
    'unique',
    'value case_sensitive? attribute?',
    (runtime, value: Value, caseSensitive: Value = false, attribute: Value = null) =>
      unique(runtime, value, truth(caseSensitive), attribute),
  ],
  ...(['min', 'max'] as const).map(
    (name) =>
      [
        name,
        'value case_sensitive? attribute?',
        (runtime: Runtime, value: Value, caseSensitive: Value = false, attribute: Value = null): Value =>
          orElse(
            extreme(listOf(value), name === 'min' ? '<' : '>', comparisonKey(runtime, attribute, truth(caseSensitive))),
            () => new Undefined('No aggregated item, sequence was empty.'),
          ),
      ] as const,
  ),
  [
    'sum',
    'iterable attribute? start?',
    (runtime, value: Value, attribute: Value = null, start: Value = 0n) => sum(runtime, value, attribute, start),
  ],
  [
    'groupby',
    'value attribute default? case_sensitive?',
    (runtime, value: Value, attribute: Value, fallback: Value = null, caseSensitive: Value = false) =>
      groups(runtime, value, attribute, fallback, truth(caseSensitive)),
  ],
  [
    'slice',
    'value slices fill_with?',
    (_, value: Value, slices: Value, fill: Value = null) => sliced(value, wholeNumber(slices), fill),
  ],
  [
    'batch',
    'value linecount fill_with?',
    (_, value: Value, size: Value, fill: Value = null) => batched(value, wholeNumber(size), fill),
  ],
  [
    'dictsort',
    'value case_sensitive? by? reverse?',
    (_, value: Value, caseSensitive: Value = false, by: Value = 'key', reverse: Value = false) =>
      sortedPairs(value, truth(caseSensitive), by, truth(reverse)),
  ],
]);
