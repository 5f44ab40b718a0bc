import { functionTable, type FunctionTable, type Runtime } from '../values/call.ts';
import type { Dict } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { Stream, iterate, text, truth, type Value } from '../values/value.ts';
import { attributeGetter } from './attribute-path.ts';

function keywords(named: Dict): ReadonlyMap<string, Value> {
  return new Map(named.pairs().map(([key, value]) => [text(key), value]));
}

function mapper(runtime: Runtime, positional: readonly Value[], named: Dict): (value: Value) => Value {
  const attribute = named.get('attribute');
  const [name, ...rest] = positional;
  if (name === undefined && attribute !== undefined) {
    const unknown = named.keys().find((key) => key !== 'attribute' && key !== 'default');
    if (unknown !== undefined) {
      throw new TemplateFault('FilterArgumentError', `Unexpected keyword argument '${text(unknown)}'`);
    }
    return attributeGetter(runtime, attribute, named.get('default') ?? null);
  }
  if (name === undefined) throw new TemplateFault('FilterArgumentError', 'map requires a filter argument');
  const options = keywords(named);
  return (value) => runtime.callFilter(name, { positional: [value, ...rest], named: options });
}

function chooser(runtime: Runtime, positional: readonly Value[], named: Dict): (value: Value) => boolean {
  const [name, ...rest] = positional;
  if (name === undefined) return truth;
  const options = keywords(named);
  return (value) => runtime.callTest(name, { positional: [value, ...rest], named: options });
}

function* mapped(values: Value, change: () => (value: Value) => Value): Generator<Value> {
  if (!truth(values)) return;
  const apply = change();
  const source = iterate(values);
  for (let next = source.next(); next.done !== true; next = source.next()) yield apply(next.value);
}

function* filtered(values: Value, choice: () => (value: Value) => boolean): Generator<Value> {
  if (!truth(values)) return;
  const accepts = choice();
  const source = iterate(values);
  for (let next = source.next(); next.done !== true; next = source.next()) {
    if (accepts(next.value)) yield next.value;
  }
}

function selector(name: string, keep: boolean, byAttribute: boolean) {
  const run = (runtime: Runtime, values: Value, positional: Value[], named: Dict): Value => {
    const choice = (): ((value: Value) => boolean) => {
      const [attribute, ...rest] = positional;
      if (!byAttribute) {
        const accepts = chooser(runtime, positional, named);
        return (value) => accepts(value) === keep;
      }
      if (attribute === undefined) {
        throw new TemplateFault('FilterArgumentError', 'Missing parameter for attribute name');
      }
      const getter = attributeGetter(runtime, attribute);
      const accepts = chooser(runtime, rest, named);
      return (value) => accepts(getter(value)) === keep;
    };
    return new Stream(filtered(values, choice));
  };
  return [name, 'value / *positional **named', run] as const;
}

export const selectionFilters: FunctionTable = functionTable([
  [
    'map',
    'value / *positional **named',
    (runtime, values: Value, positional: Value[], named: Dict) =>
      new Stream(mapped(values, () => mapper(runtime, positional, named))),
  ],
  selector('select', true, false),
  selector('reject', false, false),
  selector('selectattr', true, true),
  selector('rejectattr', false, true),
]);
