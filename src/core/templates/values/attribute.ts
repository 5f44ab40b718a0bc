import { dictMethods, listMethods, tupleMethods } from '../builtins/collection-methods.ts';
import { floatAttribute, integerAttribute } from '../builtins/number-methods.ts';
import { markupMethods } from '../builtins/markup-methods.ts';
import { textMethods } from '../builtins/text-methods.ts';
import { BoundMethod, type FunctionTable } from './call.ts';
import { Dict } from './dict.ts';
import { TemplateFault, typeFault } from './fault.ts';
import { sliceBounds, sliced } from './slice.ts';
import {
  Markup,
  PythonObject,
  Tuple,
  Undefined,
  characters,
  orElse,
  repr,
  textOf,
  typeName,
  wholeNumber,
  type Value,
} from './value.ts';
import { Range } from './range.ts';

const noMethods: FunctionTable = new Map();

function methodsOf(value: Value): FunctionTable {
  if (typeof value === 'string') return textMethods;
  if (value instanceof Markup) return markupMethods;
  if (Array.isArray(value)) return listMethods;
  if (value instanceof Dict) return dictMethods;
  return value instanceof Tuple ? tupleMethods : noMethods;
}

/** Methods and attributes of Python's own types that are refused with an error, so that none is silently empty. */
const unsupported = new Map([
  ['str', ['encode', 'maketrans', 'translate']],
  ['Markup', ['encode', 'maketrans', 'translate']],
  ['dict', ['fromkeys']],
  ['int', ['to_bytes', 'from_bytes', 'bit_count', 'is_integer', 'as_integer_ratio']],
  ['bool', ['to_bytes', 'from_bytes', 'bit_count', 'is_integer', 'as_integer_ratio']],
  ['float', ['hex', 'fromhex', 'as_integer_ratio']],
  ['range', ['count', 'index', 'start', 'stop', 'step']],
  ['dict_keys', ['isdisjoint', 'mapping']],
  ['dict_values', ['mapping']],
  ['dict_items', ['isdisjoint', 'mapping']],
  ['generator', ['send', 'throw', 'close', 'gi_frame', 'gi_code', 'gi_running', 'gi_yieldfrom']],
]);

/** Python's `getattr`; undefined where the value has no such attribute. */
export function pythonAttribute(value: Value, name: string): Value | undefined {
  const method = methodsOf(value).get(name);
  if (method !== undefined) return new BoundMethod(value, method);
  if (typeof value === 'bigint' || typeof value === 'boolean') {
    const found = integerAttribute(BigInt(value), name);
    if (found !== undefined) return found;
  }
  if (typeof value === 'number') {
    const found = floatAttribute(value, name);
    if (found !== undefined) return found;
  }
  if (value instanceof PythonObject) {
    const found = value.attribute(name);
    if (found !== undefined) return found;
  }
  if (unsupported.get(typeName(value))?.includes(name) || isSpecialName(name)) {
    throw new TemplateFault('Unsupported', `'${name}' of '${typeName(value)}' is not available in templates.`);
  }
  return undefined;
}

/** Python's special names lead to its machinery; there is none here. `__proto__` is no name of Python's. */
function isSpecialName(name: string): boolean {
  return /^__[a-z]+(_[a-z]+)*__$/.test(name) && name !== '__proto__';
}

/** `value.name`: the attribute, else the item, else undefined. */
export function getAttribute(value: Value, name: string): Value {
  if (value instanceof Undefined) value.fail();
  return orElse(pythonAttribute(value, name), () => orElse(itemOf(value, name), () => missing(value, name)));
}

/** `value[key]`: the item, else (for a text) the attribute, else undefined. */
export function getItem(value: Value, key: Value): Value {
  if (value instanceof Undefined) value.fail();
  const found = itemOf(value, key);
  if (found !== undefined) return found;
  const name = textOf(key);
  return orElse(name === undefined ? undefined : pythonAttribute(value, name), () => missing(value, key));
}

/** `value[start:stop:step]`. */
export function getSlice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (value instanceof Undefined) value.fail();
  const bounds = [start, stop, step].map((bound) => (bound === null ? undefined : wholeNumber(bound, 'slice index')));
  const cut = <T>(items: readonly T[]): T[] => sliced(items, bounds[0], bounds[1], bounds[2]);
  if (typeof value === 'string') return cut(characters(value)).join('');
  if (value instanceof Markup) return new Markup(cut(characters(value.value)).join(''));
  if (Array.isArray(value)) return cut(value);
  if (value instanceof Tuple) return new Tuple(cut(value.items));
  if (value instanceof Range) return cutRange(value, bounds);
  throw typeFault(`'${typeName(value)}' object is not subscriptable`);
}

function cutRange(range: Range, [start, stop, step = 1]: readonly (number | undefined)[]): Range {
  const [first, last] = sliceBounds(range.size, start, stop, step);
  const at = (index: number): bigint => range.start + BigInt(index) * range.step;
  return new Range(at(first), at(last), range.step * BigInt(step));
}

function itemOf(value: Value, key: Value): Value | undefined {
  if (value instanceof PythonObject) {
    if (value instanceof Tuple) return atIndex(value.items, key);
    if (value instanceof Range) return atIndex(value.list(), key);
    if (value instanceof Markup) return atIndex(markupCharacters(value), key);
    return hashable(key) ? value.item(key) : undefined;
  }
  if (Array.isArray(value)) return atIndex(value, key);
  return typeof value === 'string' ? atIndex(characters(value), key) : undefined;
}

function markupCharacters(value: Markup): Markup[] {
  return characters(value.value).map((character) => new Markup(character));
}

function hashable(key: Value): boolean {
  return !Array.isArray(key) && !(key instanceof Dict);
}

function atIndex(items: readonly Value[], key: Value): Value | undefined {
  if (typeof key !== 'bigint' && typeof key !== 'boolean') return undefined;
  return items.at(Number(key));
}

function missing(value: Value, key: Value): Undefined {
  const owner = value === null ? 'None' : `${typeName(value)} object`;
  if (typeof key === 'string') return new Undefined(`'${owner}' has no attribute '${key}'`);
  return new Undefined(`${owner} has no element ${repr(key)}`);
}
