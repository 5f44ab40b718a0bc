import { sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { Tuple, characters, repr, textOf, typeName, type Value } from '../values/value.ts';

const lineWidth = 80;

/** `pprint.pformat(value)`: on one line where it fits into 80 columns, else one item a line; keys in order. */
export function prettyText(value: Value): string {
  return pretty(value, 0, 0);
}

/** `indent` is the column at which the value starts, `after` the width of what follows it on its last line. */
function pretty(value: Value, indent: number, after: number): string {
  const line = onOneLine(value);
  if (characters(line).length <= lineWidth - indent - after) return line;
  if (value instanceof Dict) {
    const parts = entriesOf(value).map(([key, item], index, all) => {
      const name = `${onOneLine(key)}: `;
      const last = index === all.length - 1;
      return name + pretty(item, indent + 1 + characters(name).length, last ? after + 1 : 1);
    });
    return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`;
  }
  const items = Array.isArray(value) ? value : value instanceof Tuple ? value.items : undefined;
  if (items !== undefined) {
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['(', items.length === 1 ? ',)' : ')'];
    const parts = items.map((item, index) => {
      const last = index === items.length - 1;
      return pretty(item, indent + 1, last ? after + close.length : 1);
    });
    return open + parts.join(`,\n${' '.repeat(indent + 1)}`) + close;
  }
  if (textOf(value) !== undefined && characters(line).length > lineWidth - indent - after) {
    throw new TemplateFault('Unsupported', 'pprint cannot break a long text here.');
  }
  return line;
}

function entriesOf(dict: Dict): [Value, Value][] {
  const keys = sorted(dict.keys(), (key) => key);
  return keys.map((key) => [key, dict.get(key) ?? null]);
}

function onOneLine(value: Value): string {
  if (value instanceof Dict) {
    const parts = entriesOf(value).map(([key, item]) => `${onOneLine(key)}: ${onOneLine(item)}`);
    return `{${parts.join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => onOneLine(item)).join(', ')}]`;
  if (value instanceof Tuple && typeName(value) === 'tuple') {
    const parts = value.items.map((item) => onOneLine(item));
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
  }
  return repr(value);
}
