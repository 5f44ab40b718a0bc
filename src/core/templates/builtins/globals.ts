import { functionTable, type FunctionTable, type Runtime } from '../values/call.ts';
import { Dict } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { Range } from '../values/range.ts';
import { Markup, Undefined, truth, typeName, wholeNumber, type Value } from '../values/value.ts';
import { updateDict } from './collection-methods.ts';
import { Cycler, Joiner, Namespace } from './helper-objects.ts';
import { chosen } from './sequence-filters.ts';
import { capitalized, stripText } from './text-tools.ts';
import { requiredText } from './text-methods.ts';

function integer(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (value instanceof Undefined) value.fail();
  throw new TemplateFault('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`);
}

function filledDict(source: Value | undefined, named: Dict): Dict {
  const dict = new Dict();
  updateDict(dict, source, named);
  return dict;
}

/** One line of a file of choices: empty lines and those that begin with `#` do not count. */
function wildcard(runtime: Runtime, name: string): Value {
  const lines = runtime
    .readChoices(name)
    .split(/\r\n|\r|\n/)
    .map((line) => stripText(line, undefined, 'both'))
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new TemplateFault('ValueError', `'${name}' has no line to choose.`);
  return chosen(runtime, lines, '');
}

const words =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua'.split(
    ' ',
  );

/** Placeholder text; which words come follows the seed. */
function lipsum(runtime: Runtime, count: number, html: boolean, least: number, most: number): Value {
  const between = (low: number, high: number): number =>
    low + Math.floor(runtime.random() * Math.max(1, Math.min(high - low, 1000)));
  if (count > 100) throw new TemplateFault('Limit', 'lipsum makes at most 100 paragraphs.');
  const paragraphs = Array.from({ length: count }, () => {
    const chosenWords = Array.from({ length: between(least, most) }, () => words[between(0, words.length)] ?? '');
    return `${capitalized(chosenWords.join(' '))}.`;
  });
  return html ? new Markup(paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')) : paragraphs.join('\n\n');
}

/** The functions that every template has: Jinja2's own, and `choice` and `wildcard`, which follow the seed. */
export const globalFunctions: FunctionTable = functionTable([
  [
    'range',
    'start stop? step? /',
    (_, start: Value, stop?: Value, step: Value = 1n) =>
      stop === undefined ? new Range(0n, integer(start), 1n) : new Range(integer(start), integer(stop), integer(step)),
  ],
  ['dict', 'source? / **named', (_, source: Value | undefined, named: Dict) => filledDict(source, named)],
  [
    'namespace',
    'source? / **named',
    (_, source: Value | undefined, named: Dict) => new Namespace(filledDict(source, named)),
  ],
  ['cycler', '*items', (_, items: Value[]) => new Cycler(items)],
  ['joiner', 'sep?', (_, separator: Value = ', ') => new Joiner(separator)],
  [
    'lipsum',
    'n? html? min? max?',
    (runtime, count: Value = 5n, html: Value = true, least: Value = 20n, most: Value = 100n) =>
      lipsum(runtime, wholeNumber(count), truth(html), wholeNumber(least), wholeNumber(most)),
  ],
  ['choice', 'values', (runtime, values: Value) => chosen(runtime, values, 'There is nothing to choose from.')],
  ['wildcard', 'file', (runtime, file: Value) => wildcard(runtime, requiredText(file, 'the name of the file'))],
]);
