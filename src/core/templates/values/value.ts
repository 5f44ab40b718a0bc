import { TemplateFault, typeFault } from './fault.ts';

/**
 * A Python value as templates see it. `bigint` is int, `number` is float (always: 1.0 is the number 1), `null` is None,
 * an array is a list; everything else is an object of one of our classes. No other object ever enters a template, and
 * no property of a JavaScript object is ever looked up by a name that a template chose.
 */
export type Value = null | boolean | bigint | number | string | Value[] | PythonObject;

/** A Python object of ours: what it answers here is all that a template can learn of it. */
export abstract class PythonObject {
  /** Python's name of the type, as error messages show it. */
  abstract readonly typeName: string;
  abstract repr(): string;

  text(): string {
    return this.repr();
  }

  truth(): boolean {
    const length = this.length();
    return length === undefined || length > 0;
  }

  /** Undefined where Python's `len()` refuses. */
  length(): number | undefined {
    return undefined;
  }

  /** Undefined where Python's `iter()` refuses. */
  iterate(): Iterator<Value> | undefined {
    return undefined;
  }

  /** A Python attribute that is not a method of the type's table. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }

  /** A Python item, `object[key]`; undefined where there is none. */
  item(_key: Value): Value | undefined {
    return undefined;
  }
}

/** What an unknown name gives: prints nothing, is false and empty, and refuses everything else. */
export class Undefined extends PythonObject {
  readonly typeName = 'Undefined';
  readonly #message: string;

  constructor(message: string) {
    super();
    this.#message = message;
  }

  static named(name: string): Undefined {
    return new Undefined(`'${name}' is undefined`);
  }

  fail(): never {
    throw new TemplateFault('UndefinedError', this.#message);
  }

  repr(): string {
    return 'Undefined';
  }

  override text(): string {
    return '';
  }

  override length(): number {
    return 0;
  }

  override iterate(): Iterator<Value> {
    return [].values();
  }
}

/** An immutable sequence. */
export class Tuple extends PythonObject {
  readonly typeName: string = 'tuple';
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }

  repr(): string {
    const parts = this.items.map((item) => repr(item));
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
  }

  override length(): number {
    return this.items.length;
  }

  override iterate(): Iterator<Value> {
    return this.items.values();
  }
}

/** Text that is HTML already: escaping leaves it alone, and joining it escapes the other side. */
export class Markup extends PythonObject {
  readonly typeName = 'Markup';
  readonly value: string;

  constructor(value: string) {
    super();
    this.value = value;
  }

  repr(): string {
    return `Markup(${reprOfText(this.value)})`;
  }

  override text(): string {
    return this.value;
  }

  override length(): number {
    return characters(this.value).length;
  }

  override iterate(): Iterator<Value> {
    return characters(this.value).values();
  }
}

/** Values that come one by one and only once, as a generator of Python. */
export class Stream extends PythonObject {
  readonly typeName = 'generator';
  readonly #values: Iterator<Value>;

  constructor(values: Iterator<Value>) {
    super();
    this.#values = values;
  }

  /** Python prints an address in memory, which no other program can. */
  repr(): string {
    throw new TemplateFault('Unsupported', 'A generator cannot be printed.');
  }

  override iterate(): Iterator<Value> {
    return this.#values;
  }
}

/** The code points of a text, as Python counts. */
export function characters(text: string): readonly string[] {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text) : text.split('');
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'str';
    default:
      return value.typeName;
  }
}

/** A value that was found, None too, or else another; `??` would take None for missing. */
export function orElse(found: Value | undefined, otherwise: () => Value): Value {
  return found === undefined ? otherwise() : found;
}

/** `bool(value)`. */
export function truth(value: Value): boolean {
  if (value instanceof PythonObject) return value.truth();
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** `str(value)`: what `{{ }}` prints. */
export function text(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof PythonObject) return value.text();
  return repr(value);
}

/** `repr(value)`: how a value prints inside a list. */
export function repr(value: Value): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return `[${value.map((item) => repr(item)).join(', ')}]`;
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return reprOfFloat(value);
    case 'string':
      return reprOfText(value);
    default:
      return value.repr();
  }
}

/** The shortest digits that mean the same float, with Python's rule for when an exponent is used. */
export function reprOfFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) {
    const digits = size < 1e-6 ? value.toFixed(20) : String(value);
    return digits.includes('.') ? digits : `${digits}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${exponent.slice(1).padStart(2, '0')}`;
}

const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u;

function reprOfText(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of value) {
    if (character === quote || character === '\\') result += `\\${character}`;
    else if (character === '\n') result += '\\n';
    else if (character === '\r') result += '\\r';
    else if (character === '\t') result += '\\t';
    else if (character !== ' ' && unprintable.test(character)) result += escapeOf(character);
    else result += character;
  }
  return result + quote;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

/** `iter(value)`. */
export function iterate(value: Value): Iterator<Value> {
  if (Array.isArray(value)) return value.values();
  if (typeof value === 'string') return characters(value).values();
  if (value instanceof PythonObject) {
    const values = value.iterate();
    if (values !== undefined) return values;
  }
  throw typeFault(`'${typeName(value)}' object is not iterable`);
}

/** `list(value)`. */
export function listOf(value: Value): Value[] {
  return Array.from({ [Symbol.iterator]: () => iterate(value) });
}

/** `len(value)`; undefined where Python refuses. */
export function lengthOf(value: Value): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'string') return characters(value).length;
  return value instanceof PythonObject ? value.length() : undefined;
}

/** The text of a str (plain or Markup); undefined for any other value. */
export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Markup ? value.value : undefined;
}

/** A whole number where Python wants an index (int or bool), as a JavaScript number. */
export function wholeNumber(value: Value, what = 'value'): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Undefined) value.fail();
  throw typeFault(`${what}: '${typeName(value)}' object cannot be interpreted as an integer`);
}
