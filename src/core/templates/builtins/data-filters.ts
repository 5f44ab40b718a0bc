import { pythonAttribute } from '../values/attribute.ts';
import { functionTable, type FunctionTable } from '../values/call.ts';
import { Markup, Undefined, orElse, text, truth, typeName, wholeNumber, type Value } from '../values/value.ts';
import { jsonText } from './json-text.ts';
import { prettyText } from './pretty-text.ts';

function otherwise(value: Value, fallback: Value, whenFalse: Value): Value {
  return value instanceof Undefined || (truth(whenFalse) && !truth(value)) ? fallback : value;
}

const htmlCharacters = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ["'", '\\u0027'],
]);

export const dataFilters: FunctionTable = functionTable([
  [
    'default',
    'value default_value? boolean?',
    (_, value: Value, fallback: Value = '', whenFalse: Value = false) => otherwise(value, fallback, whenFalse),
  ],
  [
    'd',
    'value default_value? boolean?',
    (_, value: Value, fallback: Value = '', whenFalse: Value = false) => otherwise(value, fallback, whenFalse),
  ],
  [
    'attr',
    'obj name',
    (_, value: Value, name: Value) => {
      if (value instanceof Undefined) value.fail();
      const absent = (): Undefined => new Undefined(`'${typeName(value)} object' has no attribute '${text(name)}'`);
      return orElse(pythonAttribute(value, text(name)), absent);
    },
  ],
  [
    'tojson',
    'value indent?',
    (_, value: Value, indent: Value = null) => {
      const step = typeof indent === 'string' ? indent : indent === null ? undefined : ' '.repeat(wholeNumber(indent));
      const json = jsonText(value, step);
      return new Markup(json.replaceAll(/[<>&']/g, (character) => htmlCharacters.get(character) ?? character));
    },
  ],
  ['pprint', 'value', (_, value: Value) => prettyText(value)],
]);
