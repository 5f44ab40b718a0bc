import type { InputValue, Inputs } from '../inputs.ts';
import { Dict } from '../values/dict.ts';
import type { Value } from '../values/value.ts';

/** Inputs as values of a template; nothing is shared with the caller. */
export function toValues(inputs: Inputs): ReadonlyMap<string, Value> {
  return new Map([...inputs].map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: InputValue): Value {
  if (Array.isArray(value)) return value.map((item) => toValue(item));
  if (value instanceof Map) return Dict.of([...value].map(([key, item]) => [key, toValue(item)]));
  return value;
}
