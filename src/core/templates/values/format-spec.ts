import { TemplateFault } from './fault.ts';
import { floatDigits, integerDigits, signOf } from './format-number.ts';
import { checkTextLength } from './limits.ts';
import { characters, text, textOf, typeName, type Value } from './value.ts';

const specification = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

interface Specification {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string | undefined;
  readonly precision: number | undefined;
  readonly type: string;
}

/** `format(value, specification)`: the part behind the colon in `'{:>8.2f}'`. */
export function formatValue(value: Value, written: string): string {
  if (written === '') return text(value);
  const spec = parse(written, value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return formatInteger(BigInt(value), spec, value);
  if (typeof value === 'number') return formatFloat(value, spec);
  const whole = textOf(value);
  if (whole === undefined) {
    throw new TemplateFault('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
  }
  if (spec.type !== '' && spec.type !== 's') throw unknownType(spec.type, value);
  const cut = spec.precision === undefined ? whole : characters(whole).slice(0, spec.precision).join('');
  return aligned({ ...spec, align: spec.align ?? '<' }, '', cut);
}

function parse(written: string, value: Value): Specification {
  const match = specification.exec(written);
  if (match === null) {
    const message = `Invalid format specifier '${written}' for object of type '${typeName(value)}'`;
    throw new TemplateFault('ValueError', message);
  }
  const [, fill, align, sign = '', , alternate, zero, width = '0', grouping, precision, type = ''] = match;
  checkTextLength(Number(width));
  checkTextLength(Number(precision ?? 0));
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? undefined : '='),
    sign,
    alternate: alternate !== undefined,
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function unknownType(type: string, value: Value): TemplateFault {
  const message = `Unknown format code '${type}' for object of type '${typeName(value)}'`;
  return new TemplateFault('ValueError', message);
}

function formatInteger(whole: bigint, spec: Specification, value: Value): string {
  const { type } = spec;
  if ('eEfFgG%'.includes(type) && type !== '') return formatFloat(Number(whole), spec);
  if (!['', 'd', 'n', 'b', 'o', 'x', 'X', 'c'].includes(type)) throw unknownType(type, value);
  if (spec.precision !== undefined) {
    throw new TemplateFault('ValueError', 'Precision not allowed in integer format specifier');
  }
  if (type === 'c') return aligned({ ...spec, align: spec.align ?? '<' }, '', String.fromCodePoint(Number(whole)));
  const digits = integerDigits(whole < 0n ? -whole : whole, type);
  const prefix = spec.alternate && ['b', 'o', 'x', 'X'].includes(type) ? `0${type}` : '';
  const every = 'box'.includes(type.toLowerCase()) && type !== '' ? 4 : 3;
  return aligned(spec, signOf(whole < 0n, spec.sign) + prefix, grouped(digits, spec.grouping, every));
}

function formatFloat(value: number, spec: Specification): string {
  if (!['', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%'].includes(spec.type)) throw unknownType(spec.type, value);
  const style = { ...spec, type: spec.type === 'n' ? 'g' : spec.type };
  const digits = floatDigits(Math.abs(value), style);
  const whole = /^\d*/.exec(digits)?.[0] ?? '';
  const sign = signOf(value < 0 || Object.is(value, -0), spec.sign);
  return aligned(spec, sign, grouped(whole, spec.grouping, 3) + digits.slice(whole.length));
}

function grouped(digits: string, separator: string | undefined, every: number): string {
  if (separator === undefined) return digits;
  const first = digits.length % every || every;
  const groups = [digits.slice(0, first)];
  for (let index = first; index < digits.length; index += every) groups.push(digits.slice(index, index + every));
  return groups.join(separator);
}

function aligned({ fill, align, width }: Specification, sign: string, body: string): string {
  const missing = width - characters(sign + body).length;
  if (missing <= 0) return sign + body;
  const left = Math.floor(missing / 2);
  switch (align) {
    case '<':
      return sign + body + fill.repeat(missing);
    case '^':
      return fill.repeat(left) + sign + body + fill.repeat(missing - left);
    case '=':
      return sign + fill.repeat(missing) + body;
    default:
      return fill.repeat(missing) + sign + body;
  }
}
