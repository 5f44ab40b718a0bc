import { Dict } from './dict.ts';
import { TemplateFault, typeFault } from './fault.ts';
import { floatDigits, integerDigits, signOf } from './format-number.ts';
import { checkTextLength } from './limits.ts';
import { Range } from './range.ts';
import { Tuple, Undefined, characters, repr, text, textOf, typeName, wholeNumber, type Value } from './value.ts';

const directive = /%(?:\(([^()]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)?/gsu;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/**
 * `format % values`, with every directive of Python but `%a`. `convert` makes a text of a value for `%s`; Markup hands
 * in one that escapes.
 */
export function formatPercent(format: string, values: Value, convert: (value: Value) => string = text): string {
  const queue = values instanceof Tuple ? values.items : [values];
  let used = 0;
  const take = (): Value => {
    const value = queue[used++];
    if (value === undefined) throw typeFault('not enough arguments for format string');
    return value;
  };
  let mapped = false;
  const size = (written: string | undefined): number | undefined =>
    written === undefined ? undefined : written === '*' ? wholeNumber(take(), '*') : Number(written);

  const result = format.replaceAll(
    directive,
    (whole: string, name?: string, flags?: string, width?: string, precision?: string, type?: string) => {
      if (type === undefined) throw new TemplateFault('ValueError', 'incomplete format');
      if (type === '%') return '%';
      if (name !== undefined) mapped = true;
      const minimum = size(width) ?? 0;
      checkTextLength(Math.abs(minimum));
      const places = size(precision) ?? (whole.includes('.') && !whole.includes('(') ? 0 : undefined);
      checkTextLength(places ?? 0);
      const value = name === undefined ? take() : member(values, name);
      return formatted(
        { flags: minimum < 0 ? `${flags ?? ''}-` : (flags ?? ''), width: Math.abs(minimum), precision: places, type },
        value,
        convert,
      );
    },
  );
  const left = !mapped && used < queue.length && !mayStayUnused(values);
  if (left) throw typeFault('not all arguments converted during string formatting');
  return result;
}

/** What has items counts as a mapping for Python here, so that what it holds may stay unused. */
function mayStayUnused(values: Value): boolean {
  if (values instanceof Tuple) return values.items.length === 0;
  return Array.isArray(values) || [Dict, Range, Undefined].some((type) => values instanceof type);
}

function member(values: Value, name: string): Value {
  if (!(values instanceof Dict)) throw typeFault('format requires a mapping');
  const value = values.get(name);
  if (value === undefined) throw new TemplateFault('KeyError', repr(name));
  return value;
}

function formatted(parts: Directive, value: Value, convert: (value: Value) => string): string {
  const { type, flags, precision } = parts;
  if (type === 's' || type === 'r') {
    const whole = type === 'r' ? convert(repr(value)) : convert(value);
    const cut = precision === undefined ? whole : characters(whole).slice(0, precision).join('');
    return padded(parts, '', cut, false);
  }
  if (type === 'c') return padded(parts, '', character(value), false);
  if ('diuoxX'.includes(type)) {
    const whole = integer(type, value);
    const size = whole < 0n ? -whole : whole;
    const prefix = flags.includes('#') && 'oxX'.includes(type) ? `0${type}` : '';
    const digits = integerDigits(size, type).padStart(precision ?? 0, '0');
    return padded(parts, signOf(whole < 0n, signFlag(flags)) + prefix, digits, true);
  }
  if ('eEfFgG'.includes(type)) {
    const float = floatOf(value);
    const negative = float < 0 || Object.is(float, -0);
    const digits = floatDigits(Math.abs(float), { type, precision, alternate: flags.includes('#') });
    return padded(parts, signOf(negative, signFlag(flags)), digits, true);
  }
  throw new TemplateFault('ValueError', `unsupported format character '${type}'`);
}

function signFlag(flags: string): string {
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function padded({ flags, width }: Directive, sign: string, digits: string, isNumber: boolean): string {
  const missing = width - characters(sign + digits).length;
  if (missing <= 0) return sign + digits;
  if (flags.includes('-')) return sign + digits + ' '.repeat(missing);
  return isNumber && flags.includes('0') ? sign + '0'.repeat(missing) + digits : ' '.repeat(missing) + sign + digits;
}

function integer(type: string, value: Value): bigint {
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number' && 'diu'.includes(type)) {
    if (Number.isNaN(value)) throw new TemplateFault('ValueError', 'cannot convert float NaN to integer');
    if (!Number.isFinite(value)) {
      throw new TemplateFault('OverflowError', 'cannot convert float infinity to integer');
    }
    return BigInt(Math.trunc(value));
  }
  const wanted = 'diu'.includes(type) ? 'a real number is required' : 'an integer is required';
  throw typeFault(`%${type} format: ${wanted}, not ${typeName(value)}`);
}

function floatOf(value: Value): number {
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  throw typeFault(`must be real number, not ${typeName(value)}`);
}

function character(value: Value): string {
  if (typeof value === 'bigint' && value >= 0n && value < 0x110000n) return String.fromCodePoint(Number(value));
  const whole = textOf(value);
  if (whole !== undefined && characters(whole).length === 1) return whole;
  throw typeFault('%c requires int or char');
}
