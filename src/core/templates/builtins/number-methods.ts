import { NativeFunction } from '../values/call.ts';
import type { Value } from '../values/value.ts';

/** An attribute or method of an int; undefined where it has none of that name. */
export function integerAttribute(value: bigint, name: string): Value | undefined {
  switch (name) {
    case 'real':
    case 'numerator':
      return value;
    case 'imag':
      return 0n;
    case 'denominator':
      return 1n;
    case 'conjugate':
      return new NativeFunction(name, '', () => value);
    case 'bit_length':
      return new NativeFunction(name, '', () =>
        BigInt(value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length),
      );
    default:
      return undefined;
  }
}

/** An attribute or method of a float; undefined where it has none of that name. */
export function floatAttribute(value: number, name: string): Value | undefined {
  switch (name) {
    case 'real':
      return value;
    case 'imag':
      return 0;
    case 'conjugate':
      return new NativeFunction(name, '', () => value);
    case 'is_integer':
      return new NativeFunction(name, '', () => Number.isInteger(value));
    default:
      return undefined;
  }
}
