import { arithmetic } from '../values/arithmetic.ts';
import { Callable, functionTable, type FunctionTable, type Implementation } from '../values/call.ts';
import { contains, equal, ordered, type OrderOperator } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { Range } from '../values/range.ts';
import { Markup, PythonObject, Tuple, Undefined, text, textOf, type Value } from '../values/value.ts';

const is =
  (test: (value: Value) => boolean): Implementation =>
  (_, value: Value) =>
    test(value);

const order =
  (operator: OrderOperator): Implementation =>
  (_, value: Value, other: Value) =>
    ordered(operator, value, other);

const same: Implementation = (_, value: Value, other: Value) => equal(value, other);
const different: Implementation = (_, value: Value, other: Value) => !equal(value, other);

function isIterable(value: Value): boolean {
  if (value instanceof PythonObject) return value.iterate() !== undefined;
  return Array.isArray(value) || typeof value === 'string';
}

function isSequence(value: Value): boolean {
  if (Array.isArray(value) || typeof value === 'string') return true;
  return [Tuple, Dict, Range, Markup, Undefined].some((type) => value instanceof type);
}

const isNumber = (value: Value): boolean => ['bigint', 'number', 'boolean'].includes(typeof value);
const remainder = (value: Value, divisor: Value): Value => arithmetic('%', value, divisor);
const hasLetter = (value: Value, wanted: RegExp, refused: RegExp): boolean =>
  wanted.test(text(value)) && !refused.test(text(value));

/** The tests of `is`, by name. */
export const tests: FunctionTable = functionTable([
  ['odd', 'value', is((value) => equal(remainder(value, 2n), 1n))],
  ['even', 'value', is((value) => equal(remainder(value, 2n), 0n))],
  ['divisibleby', 'value num', (_, value: Value, num: Value) => equal(remainder(value, num), 0n)],
  ['defined', 'value', is((value) => !(value instanceof Undefined))],
  ['undefined', 'value', is((value) => value instanceof Undefined)],
  ['filter', 'value', (runtime, value: Value) => runtime.hasFilter(value)],
  ['test', 'value', (runtime, value: Value) => runtime.hasTest(value)],
  ['none', 'value', is((value) => value === null)],
  ['boolean', 'value', is((value) => typeof value === 'boolean')],
  ['false', 'value', is((value) => value === false)],
  ['true', 'value', is((value) => value === true)],
  ['integer', 'value', is((value) => typeof value === 'bigint')],
  ['float', 'value', is((value) => typeof value === 'number')],
  ['lower', 'value', is((value) => hasLetter(value, /\p{Lowercase}/u, /[\p{Uppercase}\p{Lt}]/u))],
  ['upper', 'value', is((value) => hasLetter(value, /\p{Uppercase}/u, /[\p{Lowercase}\p{Lt}]/u))],
  ['string', 'value', is((value) => textOf(value) !== undefined)],
  ['mapping', 'value', is((value) => value instanceof Dict)],
  ['number', 'value', is(isNumber)],
  ['sequence', 'value', is(isSequence)],
  ['iterable', 'value', is(isIterable)],
  ['callable', 'value /', is((value) => value instanceof Callable || value instanceof Undefined)],
  ['sameas', 'value other', (_, value: Value, other: Value) => value === other],
  ['escaped', 'value', is((value) => value instanceof Markup)],
  ['in', 'value seq', (_, value: Value, seq: Value) => contains(seq, value)],
  ['eq', 'value other /', same],
  ['equalto', 'value other /', same],
  ['==', 'value other /', same],
  ['ne', 'value other /', different],
  ['!=', 'value other /', different],
  ['gt', 'value other /', order('>')],
  ['greaterthan', 'value other /', order('>')],
  ['>', 'value other /', order('>')],
  ['ge', 'value other /', order('>=')],
  ['>=', 'value other /', order('>=')],
  ['lt', 'value other /', order('<')],
  ['lessthan', 'value other /', order('<')],
  ['<', 'value other /', order('<')],
  ['le', 'value other /', order('<=')],
  ['<=', 'value other /', order('<=')],
]);
