import { Dict } from './dict.ts';
import { TemplateFault, typeFault } from './fault.ts';
import { checkListLength, checkTextLength, maxIntegerBits } from './limits.ts';
import { escape } from './escape.ts';
import { formatPercent } from './percent.ts';
import { Markup, Tuple, Undefined, textOf, typeName, type Value } from './value.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** A binary operator of Python; throws its TypeError where the two do not go together. */
export function arithmetic(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (left instanceof Undefined) left.fail();
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right);
  if (operator === '%' && left instanceof Markup) {
    return new Markup(formatPercent(left.value, right, (value) => escape(value).value));
  }
  if (right instanceof Undefined) right.fail();
  const [a, b] = [number(left), number(right)];
  if (a !== undefined && b !== undefined) {
    if (typeof a === 'bigint' && typeof b === 'bigint') return ofIntegers(operator, a, b);
    return ofFloats(operator, float(a), float(b));
  }
  const sequence = operator === '+' ? concatenated(left, right) : operator === '*' ? repeated(left, right) : undefined;
  if (sequence !== undefined) return sequence;
  const symbol = operator === '**' ? '** or pow()' : operator;
  throw typeFault(`unsupported operand type(s) for ${symbol}: '${typeName(left)}' and '${typeName(right)}'`);
}

/** `-value` and `+value`. */
export function signed(operator: '-' | '+', value: Value): Value {
  if (value instanceof Undefined) value.fail();
  const size = number(value);
  if (size === undefined) throw typeFault(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  return operator === '-' ? -size : size;
}

function number(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** `float(value)` of a number. */
export function float(value: bigint | number): number {
  const result = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(result)) {
    throw new TemplateFault('OverflowError', 'int too large to convert to float');
  }
  return result;
}

function ofIntegers(operator: ArithmeticOperator, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return checkedInteger(a + b);
    case '-':
      return checkedInteger(a - b);
    case '*':
      return checkedInteger(a * b);
    case '**':
      return integerPower(a, b);
    default:
  }
  if (b === 0n) throw divisionByZero(operator === '/' ? 'division by zero' : 'integer division or modulo by zero');
  if (operator === '/') return integerQuotient(a, b);
  const rest = a % b;
  const crosses = rest !== 0n && rest < 0n !== b < 0n;
  if (operator === '%') return crosses ? rest + b : rest;
  return crosses ? a / b - 1n : a / b;
}

/** Exact also where the parts are no exact floats: both are shortened to what decides the digits. */
function integerQuotient(a: bigint, b: bigint): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x / y;
  const shift = 1n << 1100n;
  const [size, divisor] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const result = Number((size * shift) / divisor) / 2 ** 550 / 2 ** 550;
  if (Number.isFinite(result)) return a < 0n === b < 0n ? result : -result;
  return float(a / b);
}

function integerPower(base: bigint, exponent: bigint): Value {
  if (exponent < 0n) {
    if (base === 0n) throw divisionByZero('0.0 cannot be raised to a negative power');
    return ofFloats('**', float(base), float(exponent));
  }
  const bits = base.toString(2).length;
  const small = base >= -1n && base <= 1n;
  if (!small && BigInt(bits - 1) * exponent > BigInt(maxIntegerBits)) throw tooLarge();
  return checkedInteger(small ? smallPower(base, exponent) : base ** exponent);
}

function smallPower(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  return base === -1n && exponent % 2n === 0n ? 1n : base;
}

function checkedInteger(value: bigint): bigint {
  if (BigInt.asIntN(maxIntegerBits, value) !== value) throw tooLarge();
  return value;
}

function tooLarge(): TemplateFault {
  return new TemplateFault('Limit', 'A whole number in the template grows beyond 4200 digits.');
}

function divisionByZero(message: string): TemplateFault {
  return new TemplateFault('ZeroDivisionError', message);
}

function ofFloats(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return floatPower(a, b);
    case '/':
      if (b === 0) throw divisionByZero('float division by zero');
      return a / b;
    default:
  }
  if (b === 0) throw divisionByZero(operator === '%' ? 'float modulo' : 'float floor division by zero');
  let rest = a % b;
  let quotient = (a - rest) / b;
  if (rest === 0) rest = b < 0 ? -0 : 0;
  else if (rest < 0 !== b < 0) {
    rest += b;
    quotient -= 1;
  }
  if (operator === '%') return rest;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw divisionByZero('0.0 cannot be raised to a negative power');
  if (a === 1 || b === 0) return 1;
  const result = a ** b;
  if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw new TemplateFault('Unsupported', 'Complex numbers are not supported.');
  }
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new TemplateFault('OverflowError', 'Numerical result out of range');
  }
  return result;
}

function concatenated(left: Value, right: Value): Value | undefined {
  const [a, b] = [textOf(left), textOf(right)];
  if (a !== undefined && b !== undefined) {
    checkTextLength(a.length + b.length);
    return left instanceof Markup || right instanceof Markup
      ? new Markup(escape(left).value + escape(right).value)
      : a + b;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    checkListLength(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) return new Tuple([...left.items, ...right.items]);
  if (a !== undefined) throw typeFault(`can only concatenate str (not "${typeName(right)}") to str`);
  if (Array.isArray(left)) throw typeFault(`can only concatenate list (not "${typeName(right)}") to list`);
  return undefined;
}

function repeated(left: Value, right: Value): Value | undefined {
  const [sequence, count] = typeof number(right) === 'bigint' ? [left, number(right)] : [right, number(left)];
  if (typeof count !== 'bigint' || sequence instanceof Dict) return undefined;
  const times = Math.max(0, Number(count));
  const whole = textOf(sequence);
  if (whole !== undefined) {
    checkTextLength(whole.length * times);
    const result = whole.repeat(whole === '' ? 0 : times);
    return sequence instanceof Markup ? new Markup(result) : result;
  }
  const items = Array.isArray(sequence) ? sequence : sequence instanceof Tuple ? sequence.items : undefined;
  if (items === undefined) return undefined;
  checkListLength(items.length * times);
  const result = Array.from({ length: items.length * times }, (_, index) => items[index % items.length] ?? null);
  return Array.isArray(sequence) ? result : new Tuple(result);
}
