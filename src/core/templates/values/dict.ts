import { TemplateFault, typeFault } from './fault.ts';
import { Markup, PythonObject, Tuple, Undefined, repr, typeName, type Value } from './value.ts';

interface Entry {
  readonly key: Value;
  value: Value;
}

const undefinedKey = Symbol('undefined');

/** What identifies a key: equal keys of Python (1, 1.0 and True) give the same identity. */
function identity(key: Value): unknown {
  if (typeof key === 'string') return key;
  if (Array.isArray(key) || key instanceof Dict) throw typeFault(`unhashable type: '${typeName(key)}'`);
  if (typeof key === 'boolean') return key ? 1n : 0n;
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : key;
  if (key instanceof Markup) return key.value;
  if (key instanceof Undefined) return undefinedKey;
  if (key instanceof Tuple) return `\u0000tuple\u0000${key.items.map((item) => identityText(item)).join('\u0000,')}`;
  return key;
}

/** Tuples are compared by what is in them, so their parts become text. */
function identityText(key: Value): string {
  const found = identity(key);
  if (typeof found === 'object' && found !== null) {
    throw new TemplateFault('Unsupported', `A tuple with a ${typeName(key)} in it cannot be a key here.`);
  }
  return `${typeof found} ${String(found)}`;
}

/** A dict: keys in the order in which they came, equal as in Python. */
export class Dict extends PythonObject {
  readonly typeName = 'dict';
  readonly #entries = new Map<unknown, Entry>();

  static of(pairs: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of pairs) dict.set(key, value);
    return dict;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(identity(key))?.value;
  }

  has(key: Value): boolean {
    return this.#entries.has(identity(key));
  }

  set(key: Value, value: Value): void {
    const found = identity(key);
    const entry = this.#entries.get(found);
    if (entry === undefined) this.#entries.set(found, { key, value });
    else entry.value = value;
  }

  delete(key: Value): void {
    this.#entries.delete(identity(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Value[] {
    return Array.from(this.#entries.values(), (entry) => entry.key);
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), (entry) => entry.value);
  }

  pairs(): [Value, Value][] {
    return Array.from(this.#entries.values(), (entry) => [entry.key, entry.value]);
  }

  override length(): number {
    return this.#entries.size;
  }

  override iterate(): Iterator<Value> {
    return this.keys().values();
  }

  override item(key: Value): Value | undefined {
    return this.get(key);
  }

  repr(): string {
    return `{${this.pairs()
      .map(([key, value]) => `${repr(key)}: ${repr(value)}`)
      .join(', ')}}`;
  }
}

/** `dict.keys()`, `dict.values()` and `dict.items()`: live views. */
export class DictView extends PythonObject {
  readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items';
  readonly dict: Dict;

  constructor(typeName: DictView['typeName'], dict: Dict) {
    super();
    this.typeName = typeName;
    this.dict = dict;
  }

  list(): Value[] {
    if (this.typeName === 'dict_keys') return this.dict.keys();
    if (this.typeName === 'dict_values') return this.dict.values();
    return this.dict.pairs().map((pair) => new Tuple(pair));
  }

  repr(): string {
    return `${this.typeName}(${repr(this.list())})`;
  }

  override length(): number {
    return this.dict.length();
  }

  override iterate(): Iterator<Value> {
    return this.list().values();
  }
}
