/**
 * Decimal digits of floats, exactly: a float is a whole number times a power of two, so whole-number arithmetic gives
 * every digit, and halves go to the even neighbor as in Python. (`toFixed` of JavaScript rounds them up.)
 */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The exact fraction of a finite float that is not negative. */
function fractionOf(value: number): Fraction {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

/** Rounds numerator / denominator to a whole number, halves to even. */
function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** `size * 10 ** places`, rounded to a whole number; `size` is finite and not negative. */
function scaled(size: number, places: number): bigint {
  const { numerator, denominator } = fractionOf(size);
  return places >= 0
    ? roundedQuotient(numerator * 10n ** BigInt(places), denominator)
    : roundedQuotient(numerator, denominator * 10n ** BigInt(-places));
}

/** As `'%.{places}f'` without the sign. */
export function fixedDigits(size: number, places: number): string {
  const digits = scaled(size, places)
    .toString()
    .padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** As `'%.{places}e'` without the sign: one digit, a point, `places` digits, and the power of ten. */
export function scientificDigits(size: number, places: number): { readonly digits: string; readonly exponent: number } {
  if (size === 0) return { digits: '0'.repeat(places + 1), exponent: 0 };
  // the logarithm may be off by one, and rounding may carry over to one digit more
  let exponent = Math.floor(Math.log10(size)) + 1;
  for (;;) {
    const digits = scaled(size, places - exponent).toString();
    if (digits.length === places + 1) return { digits, exponent };
    if (digits.length > places + 1) return { digits: digits.slice(0, places + 1), exponent: exponent + 1 };
    exponent--;
  }
}

/** `round(value, places)` of a float. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || places > 330) return value;
  if (places < -330) return value < 0 ? -0 : 0;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return Number(`${sign}${scaled(Math.abs(value), places)}e${-places}`);
}

/** `round(value, places)` of an int: only negative places change it. */
export function roundInteger(value: bigint, places: number): bigint {
  if (places >= 0) return value;
  if (places < -5000) return 0n;
  const unit = 10n ** BigInt(-places);
  const size = roundedQuotient(value < 0n ? -value : value, unit) * unit;
  return value < 0n ? -size : size;
}
