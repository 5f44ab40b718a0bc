import type { Runtime } from '../values/call.ts';
import { Undefined, textOf, type Value } from '../values/value.ts';

type Getter = (value: Value) => Value;

function pathOf(attribute: Value): readonly Value[] {
  if (attribute === null) return [];
  const written = textOf(attribute);
  if (written === undefined) return [attribute];
  return written.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
}

/** Looks up `a.b.0` step by step; `fallback` (None for none) stands in for what is undefined. */
export function attributeGetter(runtime: Runtime, attribute: Value, fallback: Value = null): Getter {
  const path = pathOf(attribute);
  return (value) => {
    let found = value;
    for (const part of path) {
      found = runtime.getItem(found, part);
      if (fallback !== null && found instanceof Undefined) found = fallback;
    }
    return found;
  };
}

/** Texts in small letters, anything else as it is. */
export function ignoringCase(value: Value): Value {
  return textOf(value)?.toLowerCase() ?? value;
}

/** What values are compared by: one attribute, with or without regard to case. */
export function comparisonKey(
  runtime: Runtime,
  attribute: Value,
  caseSensitive: boolean,
  fallback: Value = null,
): Getter {
  const getter = attributeGetter(runtime, attribute, fallback);
  return caseSensitive ? getter : (value) => ignoringCase(getter(value));
}

/** What values are sorted by: a list of attributes, `"age,name"`. */
export function sortKey(runtime: Runtime, attribute: Value, caseSensitive: boolean): Getter {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = attributes.map((one) => comparisonKey(runtime, one, caseSensitive));
  return (value) => getters.map((getter) => getter(value));
}
