import { arithmetic, float, signed } from '../values/arithmetic.ts';
import { functionTable, type FunctionTable } from '../values/call.ts';
import { ordered } from '../values/compare.ts';
import { roundFloat, roundInteger } from '../values/decimal.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { floatDigits } from '../values/format-number.ts';
import { Undefined, text, textOf, truth, typeName, wholeNumber, type Value } from '../values/value.ts';
import { stripText } from './text-tools.ts';

const bases = new Map([
  [16, '0[xX]'],
  [8, '0[oO]'],
  [2, '0[bB]'],
]);

/** `int(text, base)`; undefined where Python has a ValueError. */
function integerOfText(written: string, base: number): bigint | undefined {
  const whole = stripText(written, undefined, 'both');
  const match = /^([+-]?)(.+)$/s.exec(whole);
  if (match === null) return undefined;
  const [, sign, rest = ''] = match;
  const prefix = bases.get(base);
  const digits = prefix === undefined ? rest : rest.replace(new RegExp(`^${prefix}_?`), '');
  if (!/^[\da-zA-Z]+(?:_[\da-zA-Z]+)*$/.test(digits)) return undefined;
  let result = 0n;
  for (const digit of digits.replaceAll('_', '')) {
    const size = Number.parseInt(digit, 36);
    if (size >= base) return undefined;
    result = result * BigInt(base) + BigInt(size);
  }
  return sign === '-' ? -result : result;
}

/** `float(text)`; undefined where Python has a ValueError. */
function floatOfText(written: string): number | undefined {
  const whole = stripText(written, undefined, 'both').toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(whole);
  if (special !== null) return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const digits = '\\d+(?:_\\d+)*';
  const pattern = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:e[+-]?${digits})?$`);
  return pattern.test(whole) ? Number(whole.replaceAll('_', '')) : undefined;
}

/** `float(value)`; undefined where Python has a TypeError or a ValueError. */
function toFloat(value: Value): number | undefined {
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return float(value);
  if (typeof value === 'boolean') return Number(value);
  const written = textOf(value);
  return written === undefined ? undefined : floatOfText(written);
}

function truncated(value: number): bigint | undefined {
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) {
    throw new TemplateFault('OverflowError', 'cannot convert float infinity to integer');
  }
  return BigInt(Math.trunc(value));
}

function toInteger(value: Value, fallback: Value, base: number): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  const written = textOf(value);
  const whole = written === undefined ? undefined : integerOfText(written, base);
  if (whole !== undefined) return whole;
  const size = toFloat(value);
  if (size === undefined || (written !== undefined && !Number.isFinite(size))) return fallback;
  return truncated(size) ?? fallback;
}

function rounded(value: Value, precision: Value, method: Value): Value {
  const places = wholeNumber(precision);
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw new TemplateFault('FilterArgumentError', 'method must be common, ceil or floor');
  }
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'boolean') return rounded(BigInt(value), precision, method);
  if (typeof value !== 'bigint' && typeof value !== 'number') {
    throw typeFault(`type ${typeName(value)} doesn't define __round__ method`);
  }
  if (method === 'common') return typeof value === 'bigint' ? roundInteger(value, places) : roundFloat(value, places);
  const unit = arithmetic('**', 10n, BigInt(places));
  const scaled = arithmetic('*', value, unit);
  if (typeof scaled === 'bigint') return arithmetic('/', scaled, unit);
  const whole = truncated(method === 'ceil' ? Math.ceil(Number(scaled)) : Math.floor(Number(scaled)));
  if (whole === undefined) throw new TemplateFault('ValueError', 'cannot convert float NaN to integer');
  return arithmetic('/', whole, unit);
}

function fileSize(value: Value, binary: boolean): string {
  const bytes = toFloat(value);
  if (bytes === undefined) throw new TemplateFault('ValueError', `could not convert to float: ${text(value)}`);
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${truncated(bytes)} Bytes`;
  const prefixes = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const found = prefixes.findIndex((_, index) => bytes < base ** (index + 2));
  const index = found === -1 ? prefixes.length - 1 : found;
  const size = (base * bytes) / base ** (index + 2);
  const digits = floatDigits(size, { type: 'f', precision: 1, alternate: false });
  const prefix = prefixes[index] ?? '';
  return `${digits} ${binary ? `${prefix.toUpperCase()}i` : prefix}B`;
}

export const numberFilters: FunctionTable = functionTable([
  ['abs', 'x /', (_, value: Value) => (ordered('<', signed('+', value), 0n) ? signed('-', value) : signed('+', value))],
  [
    'int',
    'value default? base?',
    (_, value: Value, fallback: Value = 0n, base: Value = 10n) => toInteger(value, fallback, wholeNumber(base)),
  ],
  ['float', 'value default?', (_, value: Value, fallback: Value = 0) => toFloat(value) ?? fallback],
  [
    'round',
    'value precision? method?',
    (_, value: Value, precision: Value = 0n, method: Value = 'common') => rounded(value, precision, method),
  ],
  ['filesizeformat', 'value binary?', (_, value: Value, binary: Value = false) => fileSize(value, truth(binary))],
]);
