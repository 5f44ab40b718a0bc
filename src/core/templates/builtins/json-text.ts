import { sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { Tuple, reprOfFloat, textOf, typeName, type Value } from '../values/value.ts';

const deepest = 200;

/** `json.dumps(value, sort_keys=True)`, ASCII only; with `indent` one item a line. */
export function jsonText(value: Value, indent: string | undefined, margin = '\n', depth = 0): string {
  if (depth > deepest) throw new TemplateFault('ValueError', 'Circular reference detected');
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return floatText(value);
  const whole = textOf(value);
  if (whole !== undefined) return quoted(whole);
  const inner = indent === undefined ? '' : margin + indent;
  const outer = indent === undefined ? '' : margin;
  const glue = indent === undefined ? ', ' : `,${inner}`;
  const part = (item: Value): string => jsonText(item, indent, inner === '' ? margin : inner, depth + 1);
  if (Array.isArray(value) || value instanceof Tuple) {
    const items = Array.isArray(value) ? value : value.items;
    return items.length === 0 ? '[]' : `[${inner}${items.map((item) => part(item)).join(glue)}${outer}]`;
  }
  if (value instanceof Dict) {
    const keys = sorted(value.keys(), (key) => key);
    const entries = keys.map((key) => `${quoted(keyText(key))}: ${part(value.get(key) ?? null)}`);
    return entries.length === 0 ? '{}' : `{${inner}${entries.join(glue)}${outer}}`;
  }
  throw typeFault(`Object of type ${typeName(value)} is not JSON serializable`);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? reprOfFloat(value) : value > 0 ? 'Infinity' : '-Infinity';
}

function keyText(key: Value): string {
  const whole = textOf(key);
  if (whole !== undefined) return whole;
  const simple = key === null || typeof key === 'boolean' || typeof key === 'bigint' || typeof key === 'number';
  if (!simple) throw typeFault(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
  return jsonText(key, undefined);
}

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
