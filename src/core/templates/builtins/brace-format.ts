import type { Runtime } from '../values/call.ts';
import type { Dict } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { formatValue } from '../values/format-spec.ts';
import { repr, text, type Value } from '../values/value.ts';

interface Fields {
  readonly positional: readonly Value[];
  readonly named: Dict;
  /** Numbers the fields written `{}`. */
  automatic: number;
}

/**
 * `str.format`. `print` makes the text of a field of its value and the part behind the colon; Markup hands in one that
 * escapes.
 */
export function formatBraces(
  runtime: Runtime,
  format: string,
  positional: readonly Value[],
  named: Dict,
  print: (value: Value, specification: string) => string = formatValue,
): string {
  return expand(runtime, format, { positional, named, automatic: 0 }, print, 2);
}

function expand(
  runtime: Runtime,
  format: string,
  fields: Fields,
  print: (value: Value, specification: string) => string,
  depth: number,
): string {
  let result = '';
  let index = 0;
  while (index < format.length) {
    const character = format.charAt(index);
    const doubled = format.charAt(index + 1) === character;
    if (character !== '{' && character !== '}') {
      result += character;
      index++;
    } else if (doubled) {
      result += character;
      index += 2;
    } else if (character === '}') {
      throw new TemplateFault('ValueError', "Single '}' encountered in format string");
    } else {
      const end = endOfField(format, index + 1);
      result += field(runtime, format.slice(index + 1, end), fields, print, depth);
      index = end + 1;
    }
  }
  return result;
}

function endOfField(format: string, start: number): number {
  let open = 1;
  for (let index = start; index < format.length; index++) {
    if (format.charAt(index) === '{') open++;
    else if (format.charAt(index) === '}' && --open === 0) return index;
  }
  throw new TemplateFault('ValueError', "expected '}' before end of string");
}

function field(
  runtime: Runtime,
  written: string,
  fields: Fields,
  print: (value: Value, specification: string) => string,
  depth: number,
): string {
  if (depth === 0) throw new TemplateFault('ValueError', 'Max string recursion exceeded');
  const match = /^((?:\[[^\]]*\]|[^![:])*)(?:!([^:]?))?(?::(.*))?$/s.exec(written);
  if (match === null) throw new TemplateFault('ValueError', "expected ':' after conversion specifier");
  const [, path = '', conversion, specification = ''] = match;
  const value = lookUp(runtime, path, fields);
  const inner = specification.includes('{')
    ? expand(runtime, specification, fields, formatValue, depth - 1)
    : specification;
  return print(converted(value, conversion), inner);
}

function converted(value: Value, conversion: string | undefined): Value {
  if (conversion === undefined) return value;
  if (conversion === 's') return text(value);
  if (conversion === 'r') return repr(value);
  throw new TemplateFault('ValueError', `Unknown conversion specifier '${conversion}'`);
}

function lookUp(runtime: Runtime, path: string, fields: Fields): Value {
  const first = /^[^.[]*/.exec(path)?.[0] ?? '';
  let value = argument(first, fields);
  for (const [, name, key] of path.slice(first.length).matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    if (name !== undefined) value = runtime.strictAttribute(value, name);
    else if (key !== undefined) value = runtime.strictItem(value, /^\d+$/.test(key) ? BigInt(key) : key);
  }
  return value;
}

function argument(name: string, fields: Fields): Value {
  if (name !== '' && !/^\d+$/.test(name)) {
    const value = fields.named.get(name);
    if (value === undefined) throw new TemplateFault('KeyError', repr(name));
    return value;
  }
  const value = fields.positional[name === '' ? fields.automatic++ : Number(name)];
  if (value === undefined) {
    throw new TemplateFault('IndexError', 'Replacement index out of range for positional args tuple');
  }
  return value;
}
