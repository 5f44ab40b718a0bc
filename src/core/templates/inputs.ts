import { parseDocument } from 'yaml';
import { ShotlistError } from '../errors.ts';

/**
 * A value given to a template. `bigint` is a whole number and `number` a float, so that `1` prints `1` and `1.0` prints
 * `1.0` as in Python; mappings are Maps, in the order in which they were written. Structured cloning keeps all of it.
 */
export type InputValue = null | boolean | bigint | number | string | InputValue[] | Map<InputKey, InputValue>;
export type InputKey = null | boolean | bigint | number | string;
export type Inputs = ReadonlyMap<string, InputValue>;

/** Reads a mapping of inputs from YAML 1.2. Throws `invalid_request`. */
export function readYamlInputs(text: string): Inputs {
  const value = readYamlValue(text);
  if (value === null) return new Map();
  const entries = value instanceof Map ? [...value] : [];
  if (!(value instanceof Map) || entries.some(([key]) => typeof key !== 'string')) {
    throw new ShotlistError('invalid_request', 'The inputs are not a mapping of names to values.');
  }
  return new Map(entries.map(([key, item]) => [String(key), item]));
}

/** Reads a mapping of inputs from JSON. Throws `invalid_request`. */
export function readJsonInputs(text: string): Inputs {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ShotlistError('invalid_request', `The inputs are not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  // JSON is YAML, and unlike JSON.parse the reader of YAML keeps 1 and 1.0 apart and names in their order
  return readYamlInputs(text);
}

/** Reads one value as YAML 1.2, for example what a flag of the command line says. Throws `invalid_request`. */
export function readYamlValue(text: string): InputValue {
  const document = parseDocument(text, { intAsBigInt: true, uniqueKeys: false, version: '1.2' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new ShotlistError('invalid_request', `The inputs are not valid YAML: ${problem.message}`, { cause: problem });
  }
  try {
    return checked(document.toJS({ mapAsMap: true, maxAliasCount: 100 }), 0);
  } catch (error) {
    if (ShotlistError.is(error)) throw error;
    throw new ShotlistError('invalid_request', `The inputs cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function checked(value: unknown, depth: number): InputValue {
  if (depth > 100) throw new ShotlistError('invalid_request', 'The inputs are nested too deep.');
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => checked(item, depth + 1));
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [checkedKey(key), checked(item, depth + 1)]));
  }
  return checkedKey(value);
}

function checkedKey(value: unknown): InputKey {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
    case 'number':
    case 'string':
      return value;
    default:
      if (value === null) return null;
      throw new ShotlistError('invalid_request', 'The inputs hold something that is no text, number, list or mapping.');
  }
}
