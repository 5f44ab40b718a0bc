import { Callable, NativeFunction, type CallArguments, type Runtime } from '../values/call.ts';
import type { Dict } from '../values/dict.ts';
import { TemplateFault } from '../values/fault.ts';
import { PythonObject, textOf, type Value } from '../values/value.ts';

/** `namespace()`: the one object whose attributes a template can set, also out of a loop. */
export class Namespace extends PythonObject {
  readonly typeName = 'Namespace';
  readonly values: Dict;

  constructor(values: Dict) {
    super();
    this.values = values;
  }

  repr(): string {
    return `<Namespace ${this.values.repr()}>`;
  }

  override attribute(name: string): Value | undefined {
    return this.values.get(name);
  }
}

/** `cycler()`: gives its items by turns. */
export class Cycler extends PythonObject {
  readonly typeName = 'Cycler';
  readonly #items: readonly Value[];
  #position = 0;

  constructor(items: readonly Value[]) {
    super();
    if (items.length === 0) throw new TemplateFault('TypeError', 'at least one item has to be provided');
    this.#items = items;
  }

  repr(): string {
    throw new TemplateFault('Unsupported', 'A cycler cannot be printed.');
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.#items[this.#position];
      case 'next':
        return new NativeFunction(name, '', () => this.#advance());
      case 'reset':
        return new NativeFunction(name, '', () => {
          this.#position = 0;
          return null;
        });
      default:
        return undefined;
    }
  }

  #advance(): Value {
    const current = this.#items[this.#position] ?? null;
    this.#position = (this.#position + 1) % this.#items.length;
    return current;
  }
}

/** `joiner()`: nothing the first time it is called, the separator from then on. */
export class Joiner extends Callable {
  override readonly typeName = 'Joiner';
  readonly #separator: Value;
  #used = false;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  call(_runtime: Runtime, call: CallArguments): Value {
    if (call.positional.length + call.named.size > 0) {
      throw new TemplateFault('TypeError', 'a joiner takes no arguments');
    }
    if (this.#used) return this.#separator;
    this.#used = true;
    return '';
  }

  override attribute(name: string): Value | undefined {
    if (name === 'sep') return this.#separator;
    return name === 'used' ? this.#used : undefined;
  }
}

/** A key that names something, for keyword arguments. */
export function keywordsOf(dict: Dict): ReadonlyMap<string, Value> {
  return new Map(
    dict.pairs().map(([key, value]) => {
      const name = textOf(key);
      if (name === undefined) throw new TemplateFault('TypeError', 'keywords must be strings');
      return [name, value];
    }),
  );
}
