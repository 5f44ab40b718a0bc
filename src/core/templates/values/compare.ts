import { Dict, DictView } from './dict.ts';
import { typeFault } from './fault.ts';
import { Range } from './range.ts';
import { Stream, Tuple, Undefined, iterate, textOf, truth, typeName, type Value } from './value.ts';

type Numeric = boolean | bigint | number;

function isNumeric(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

/** Booleans count as 0 and 1; ints and floats stay what they are, since JavaScript compares the two exactly. */
function numeric(value: Numeric): bigint | number {
  return typeof value === 'boolean' ? BigInt(value) : value;
}

/** `==` */
export function equal(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  if (isNumeric(left) && isNumeric(right)) {
    const [a, b] = [numeric(left), numeric(right)];
    return !(a < b) && !(a > b) && !Number.isNaN(a) && !Number.isNaN(b);
  }
  const [leftText, rightText] = [textOf(left), textOf(right)];
  if (leftText !== undefined || rightText !== undefined) return leftText === rightText;
  if (Array.isArray(left)) return Array.isArray(right) && equalItems(left, right);
  if (left instanceof Tuple) return right instanceof Tuple && equalItems(left.items, right.items);
  if (left instanceof Dict) return right instanceof Dict && equalDicts(left, right);
  if (left instanceof Range) return right instanceof Range && equalItems(left.list(), right.list());
  if (left instanceof Undefined) return right instanceof Undefined;
  if (left instanceof DictView && right instanceof DictView && left.typeName !== 'dict_values') {
    const members = right.list();
    return left.length() === members.length && left.list().every((item) => members.some((other) => equal(item, other)));
  }
  return left === right;
}

function equalItems(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null));
}

function equalDicts(left: Dict, right: Dict): boolean {
  return (
    left.length() === right.length() &&
    left.pairs().every(([key, value]) => {
      const other = right.get(key);
      return other !== undefined && equal(value, other);
    })
  );
}

export type OrderOperator = '<' | '<=' | '>' | '>=';

/** `<`, `<=`, `>` and `>=`; throws a TypeError of Python where the two cannot be ordered. */
export function ordered(operator: OrderOperator, left: Value, right: Value): boolean {
  if (typeof left === 'bigint' && typeof right === 'bigint') return holds(operator, left, right);
  if (left instanceof Undefined) left.fail();
  if (right instanceof Undefined) right.fail();
  if (isNumeric(left) && isNumeric(right)) return holds(operator, numeric(left), numeric(right));
  const [leftText, rightText] = [textOf(left), textOf(right)];
  if (leftText !== undefined && rightText !== undefined) {
    return holds(operator, compareTexts(leftText, rightText), 0);
  }
  const [leftItems, rightItems] = [itemsOf(left), itemsOf(right)];
  if (leftItems !== undefined && rightItems !== undefined && typeName(left) === typeName(right)) {
    return orderedItems(operator, leftItems, rightItems);
  }
  throw typeFault(`'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
}

function holds(operator: OrderOperator, left: bigint | number, right: bigint | number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** By code points, as Python orders; the units of JavaScript order emoji before some other characters. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  if (!/[\ud800-\udfff]/.test(left + right)) return left < right ? -1 : 1;
  const others = Array.from(right);
  for (const [index, character] of Array.from(left).entries()) {
    const other = others[index];
    if (other === undefined) return 1;
    if (other !== character) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return -1;
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Tuple ? value.items : undefined;
}

function orderedItems(operator: OrderOperator, left: readonly Value[], right: readonly Value[]): boolean {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) break;
    if (!equal(item, other)) return ordered(operator, item, other);
  }
  return holds(operator, left.length, right.length);
}

/** `item in container`. */
export function contains(container: Value, item: Value): boolean {
  const whole = textOf(container);
  if (whole !== undefined) {
    const part = textOf(item);
    if (part === undefined) {
      throw typeFault(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return whole.includes(part);
  }
  if (container instanceof Dict) return container.has(item);
  const values = containerValues(container);
  for (let next = values.next(); next.done !== true; next = values.next()) {
    if (next.value === item || equal(next.value, item)) return true;
  }
  return false;
}

function containerValues(container: Value): Iterator<Value> {
  const iterable = Array.isArray(container) || container instanceof Stream || typeof container === 'object';
  if (!iterable) throw typeFault(`argument of type '${typeName(container)}' is not iterable`);
  if (container === null) throw typeFault("argument of type 'NoneType' is not iterable");
  return iterate(container);
}

/** `sorted(values, key=…, reverse=…)`: stable, also in reverse; `keyOf` runs once for each value. */
export function sorted(values: readonly Value[], keyOf: (value: Value) => Value, reverse = false): Value[] {
  const keyed = values.map((value) => ({ key: keyOf(value), value }));
  const direction = reverse ? -1 : 1;
  keyed.sort((a, b) => {
    if (ordered('<', a.key, b.key)) return -direction;
    return ordered('<', b.key, a.key) ? direction : 0;
  });
  return keyed.map(({ value }) => value);
}

/** The smallest (`<`) or largest (`>`) of values, the first of equal ones; undefined where there is none. */
export function extreme(
  values: readonly Value[],
  operator: '<' | '>',
  keyOf: (value: Value) => Value,
): Value | undefined {
  const [first, ...others] = values;
  if (first === undefined) return undefined;
  let best = { key: keyOf(first), value: first };
  for (const value of others) {
    const key = keyOf(value);
    if (truth(ordered(operator, key, best.key))) best = { key, value };
  }
  return best.value;
}
