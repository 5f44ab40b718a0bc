import { NativeFunction, functionTable, type FunctionTable } from '../values/call.ts';
import type { Dict } from '../values/dict.ts';
import { escape, escapeText } from '../values/escape.ts';
import { formatValue } from '../values/format-spec.ts';
import { Markup, Tuple, listOf, text, type Value } from '../values/value.ts';
import { formatBraces } from './brace-format.ts';
import { stripTags, unescapeText } from './html-tools.ts';
import { joined, textMethods } from './text-methods.ts';

function wrapped(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (Array.isArray(value)) return value.map((item) => wrapped(item));
  return value instanceof Tuple ? new Tuple(value.items.map((item) => wrapped(item))) : value;
}

/** Methods that put other text in, by the place of the argument that is escaped first. */
const escapedArgument = new Map([
  ['replace', 1],
  ['ljust', 1],
  ['rjust', 1],
  ['center', 1],
]);

/** A method of str made one of Markup: what it gives is Markup again. */
function markupMethod(name: string, method: NativeFunction): NativeFunction {
  const escaped = escapedArgument.get(name);
  return new NativeFunction(name, 'text *values **named', (runtime, owner: Markup, values: Value[], named: Dict) => {
    const positional = values.map((value, index) =>
      index === escaped && typeof value === 'string' ? escapeText(value) : value,
    );
    const keywords = new Map(named.pairs().map(([key, value]) => [text(key), value]));
    return wrapped(method.callOn(runtime, owner.value, { positional, named: keywords }));
  });
}

export const markupMethods: FunctionTable = new Map([
  ...[...textMethods].map(([name, method]) => [name, markupMethod(name, method)] as const),
  ...functionTable([
    [
      'join',
      'text values',
      (_, owner: Markup, values: Value) =>
        new Markup(
          joined(
            owner.value,
            listOf(values).map((item) => escape(item)),
          ),
        ),
    ],
    [
      'format',
      'text / *positional **named',
      (runtime, owner: Markup, positional: Value[], named: Dict) =>
        new Markup(
          formatBraces(runtime, owner.value, positional, named, (value, specification) =>
            value instanceof Markup ? value.value : escapeText(formatValue(value, specification)),
          ),
        ),
    ],
    ['striptags', 'text', (_, owner: Markup) => stripTags(owner.value)],
    ['unescape', 'text', (_, owner: Markup) => unescapeText(owner.value)],
  ]),
]);
