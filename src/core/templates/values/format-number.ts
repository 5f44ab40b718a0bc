import { fixedDigits, scientificDigits } from './decimal.ts';
import { reprOfFloat } from './value.ts';

export interface FloatStyle {
  /** `f`, `e`, `g`, `%` in either case, or empty for the style of `str()`. */
  readonly type: string;
  readonly precision: number | undefined;
  /** The `#` flag: keeps the point and the zeros at the end. */
  readonly alternate: boolean;
}

/** The digits of a float that is not negative, as C and Python print them. */
export function floatDigits(size: number, style: FloatStyle): string {
  const { type, alternate } = style;
  if (!Number.isFinite(size)) {
    const word = Number.isNaN(size) ? 'nan' : 'inf';
    const cased = type !== '' && type === type.toUpperCase() && type !== '%' ? word.toUpperCase() : word;
    return type === '%' ? `${cased}%` : cased;
  }
  const precision = style.precision ?? 6;
  switch (type.toLowerCase()) {
    case 'f':
      return fixedDigits(size, precision) + (alternate && precision === 0 ? '.' : '');
    case '%':
      return `${fixedDigits(size * 100, precision)}%`;
    case 'e':
      return cased(type, exponential(size, precision, alternate));
    case 'g':
      return cased(type, general(size, Math.max(precision, 1), alternate));
    default:
      return style.precision === undefined ? reprOfFloat(size) : plain(size, Math.max(style.precision, 1));
  }
}

function cased(type: string, digits: string): string {
  return type === type.toUpperCase() ? digits.toUpperCase() : digits;
}

function exponential(size: number, precision: number, alternate: boolean): string {
  const { digits, exponent } = scientificDigits(size, precision);
  return withExponent(digits, exponent, alternate);
}

function withExponent(digits: string, exponent: number, alternate: boolean): string {
  const fraction = digits.slice(1);
  const point = fraction !== '' || alternate ? '.' : '';
  const power = Math.abs(exponent).toString().padStart(2, '0');
  return `${digits.charAt(0)}${point}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

function general(size: number, precision: number, alternate: boolean): string {
  const { digits, exponent } = scientificDigits(size, precision - 1);
  if (exponent >= -4 && exponent < precision) {
    const fixed = fixedDigits(size, Math.max(0, precision - 1 - exponent));
    if (alternate) return fixed.includes('.') ? fixed : `${fixed}.`;
    return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  }
  return withExponent(alternate ? digits : digits.replace(/(?<=.)0+$/, ''), exponent, alternate);
}

/** The style of `str()` with a precision: like `g`, but a float keeps one digit behind the point. */
function plain(size: number, precision: number): string {
  const { exponent } = scientificDigits(size, precision - 1);
  const digits = general(size, precision, false);
  if (exponent >= -4 && exponent < precision - 1) return digits.includes('.') ? digits : `${digits}.0`;
  if (exponent < -4) return digits;
  const scientific = scientificDigits(size, precision - 1);
  return withExponent(scientific.digits.replace(/(?<=.)0+$/, ''), scientific.exponent, false);
}

/** The digits of a whole number that is not negative, in the base of a type letter (`d`, `b`, `o`, `x`, `X`). */
export function integerDigits(size: bigint, type: string): string {
  const bases = new Map([
    ['b', 2],
    ['o', 8],
    ['x', 16],
    ['X', 16],
  ]);
  const digits = size.toString(bases.get(type) ?? 10);
  return type === 'X' ? digits.toUpperCase() : digits;
}

/** The signs that stand before a number: `-` always, `+` or a space where the flag asks for it. */
export function signOf(negative: boolean, flag: string): string {
  if (negative) return '-';
  return flag === '+' || flag === ' ' ? flag : '';
}
