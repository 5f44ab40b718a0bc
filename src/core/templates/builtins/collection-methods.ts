import { functionTable, type FunctionTable } from '../values/call.ts';
import { equal, sorted } from '../values/compare.ts';
import { Dict, DictView } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { checkListLength } from '../values/limits.ts';
import { callValue } from '../values/call.ts';
import { Tuple, listOf, orElse, repr, truth, wholeNumber, type Value } from '../values/value.ts';

function append(list: Value[], added: readonly Value[]): null {
  checkListLength(list.length + added.length);
  for (const item of added) list.push(item);
  return null;
}

function indexOf(items: readonly Value[], wanted: Value, start?: Value, stop?: Value): number {
  const bound = (value: Value | undefined, fallback: number): number => {
    if (value === undefined) return fallback;
    const whole = wholeNumber(value, 'slice index');
    return whole < 0 ? Math.max(0, whole + items.length) : Math.min(whole, items.length);
  };
  const [from, to] = [bound(start, 0), bound(stop, items.length)];
  return items.findIndex((item, index) => index >= from && index < to && equal(item, wanted));
}

function count(items: readonly Value[], wanted: Value): bigint {
  return BigInt(items.filter((item) => equal(item, wanted)).length);
}

function required(index: number, wanted: Value, kind: 'list' | 'tuple'): number {
  if (index !== -1) return index;
  throw new TemplateFault('ValueError', kind === 'list' ? `${repr(wanted)} is not in list` : 'value not in tuple');
}

export const listMethods: FunctionTable = functionTable([
  ['append', 'list value /', (_, list: Value[], value: Value) => append(list, [value])],
  ['extend', 'list values /', (_, list: Value[], values: Value) => append(list, listOf(values))],
  [
    'insert',
    'list index value /',
    (_, list: Value[], index: Value, value: Value) => {
      checkListLength(list.length + 1);
      list.splice(wholeNumber(index), 0, value);
      return null;
    },
  ],
  [
    'pop',
    'list index? /',
    (_, list: Value[], index: Value = -1n) => {
      const position = wholeNumber(index);
      const found = list.at(position);
      if (found === undefined) {
        throw new TemplateFault('IndexError', list.length === 0 ? 'pop from empty list' : 'pop index out of range');
      }
      list.splice(position, 1);
      return found;
    },
  ],
  [
    'remove',
    'list value /',
    (_, list: Value[], value: Value) => {
      const index = indexOf(list, value);
      if (index === -1) throw new TemplateFault('ValueError', 'list.remove(x): x not in list');
      list.splice(index, 1);
      return null;
    },
  ],
  [
    'clear',
    'list /',
    (_, list: Value[]) => {
      list.length = 0;
      return null;
    },
  ],
  ['copy', 'list /', (_, list: Value[]) => [...list]],
  ['count', 'list value /', (_, list: Value[], value: Value) => count(list, value)],
  [
    'index',
    'list value start? stop? /',
    (_, list: Value[], value: Value, start?: Value, stop?: Value) =>
      BigInt(required(indexOf(list, value, start, stop), value, 'list')),
  ],
  [
    'reverse',
    'list /',
    (_, list: Value[]) => {
      list.reverse();
      return null;
    },
  ],
  [
    'sort',
    'list key? reverse?',
    (runtime, list: Value[], key: Value = null, reverse: Value = false) => {
      const keyOf = (value: Value): Value =>
        key === null ? value : callValue(runtime, key, { positional: [value], named: new Map() });
      list.splice(0, list.length, ...sorted(list, keyOf, truth(reverse)));
      return null;
    },
  ],
]);

export const tupleMethods: FunctionTable = functionTable([
  ['count', 'tuple value /', (_, tuple: Tuple, value: Value) => count(tuple.items, value)],
  [
    'index',
    'tuple value start? stop? /',
    (_, tuple: Tuple, value: Value, start?: Value, stop?: Value) =>
      BigInt(required(indexOf(tuple.items, value, start, stop), value, 'tuple')),
  ],
]);

/** Puts pairs, or the entries of another dict, into a dict: `dict.update` and `dict()`. */
export function updateDict(dict: Dict, source: Value | undefined, named: Dict): null {
  const pairs = source === undefined ? [] : source instanceof Dict ? source.pairs() : listOf(source).map(pairOf);
  for (const [key, value] of [...pairs, ...named.pairs()]) dict.set(key, value);
  return null;
}

function pairOf(value: Value, index: number): [Value, Value] {
  const items = listOf(value);
  const [key, item] = items;
  if (items.length !== 2 || key === undefined || item === undefined) {
    const message = `dictionary update sequence element #${index} has length ${items.length}; 2 is required`;
    throw new TemplateFault('ValueError', message);
  }
  return [key, item];
}

export const dictMethods: FunctionTable = functionTable([
  ['keys', 'dict /', (_, dict: Dict) => new DictView('dict_keys', dict)],
  ['values', 'dict /', (_, dict: Dict) => new DictView('dict_values', dict)],
  ['items', 'dict /', (_, dict: Dict) => new DictView('dict_items', dict)],
  [
    'get',
    'dict key default? /',
    (_, dict: Dict, key: Value, fallback: Value = null) => orElse(dict.get(key), () => fallback),
  ],
  ['copy', 'dict /', (_, dict: Dict) => Dict.of(dict.pairs())],
  [
    'pop',
    'dict key default? /',
    (_, dict: Dict, key: Value, fallback?: Value) => {
      const found = dict.has(key) ? dict.get(key) : fallback;
      if (found === undefined) throw new TemplateFault('KeyError', repr(key));
      dict.delete(key);
      return found;
    },
  ],
  [
    'popitem',
    'dict /',
    (_, dict: Dict) => {
      const pair = dict.pairs().at(-1);
      if (pair === undefined) throw new TemplateFault('KeyError', 'popitem(): dictionary is empty');
      dict.delete(pair[0]);
      return new Tuple(pair);
    },
  ],
  [
    'setdefault',
    'dict key default? /',
    (_, dict: Dict, key: Value, fallback: Value = null) => {
      if (!dict.has(key)) dict.set(key, fallback);
      return orElse(dict.get(key), () => fallback);
    },
  ],
  [
    'clear',
    'dict /',
    (_, dict: Dict) => {
      dict.clear();
      return null;
    },
  ],
  [
    'update',
    'dict source? / **named',
    (_, dict: Dict, source: Value | undefined, named: Dict) => updateDict(dict, source, named),
  ],
]);
