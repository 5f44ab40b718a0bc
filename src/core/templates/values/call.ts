import { Dict } from './dict.ts';
import { TemplateFault, typeFault } from './fault.ts';
import { PythonObject, Undefined, typeName, type Value } from './value.ts';

/** What functions, filters and tests may ask of the rendering that runs them. */
export interface Runtime {
  /** Whether the text around the call is escaped as HTML. */
  readonly autoescape: boolean;
  /** The next number of the seed, in [0, 1). */
  random(): number;
  /** The text of a file of choices; throws TemplateNotFound. */
  readChoices(name: string): string;
  /** `getattr(value, name)` and `value[key]` of Python, for `str.format`; both throw where there is none. */
  strictAttribute(value: Value, name: string): Value;
  strictItem(value: Value, key: Value): Value;
  /** `value[key]` of a template. */
  getItem(value: Value, key: Value): Value;
  callFilter(name: Value, call: CallArguments): Value;
  callTest(name: Value, call: CallArguments): boolean;
  hasFilter(name: Value): boolean;
  hasTest(name: Value): boolean;
}

/** The arguments of one call. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export const noArguments: CallArguments = { positional: [], named: new Map() };

/** Something that a template can call. Nothing else is ever called. */
export abstract class Callable extends PythonObject {
  readonly typeName: string = 'function';
  abstract call(runtime: Runtime, call: CallArguments): Value;

  repr(): string {
    throw new TemplateFault('Unsupported', 'A function cannot be printed.');
  }
}

/** `value(…)`. */
export function callValue(runtime: Runtime, value: Value, call: CallArguments): Value {
  if (value instanceof Callable) return value.call(runtime, call);
  if (value instanceof Undefined) value.fail();
  throw typeFault(`'${typeName(value)}' object is not callable`);
}

/**
 * A function of ours. Its arguments come in the order of its parameters: undefined for one that was not given, an array
 * for `*name`, a Dict for `**name`.
 */
export type Implementation = (runtime: Runtime, ...values: never[]) => Value;

type Run = (runtime: Runtime, ...values: (Value | undefined)[]) => Value;

interface Parameter {
  readonly name: string;
  readonly kind: 'required' | 'optional' | 'rest' | 'named';
  readonly positionalOnly: boolean;
}

/** `parameters` as in `value old new count?`, `*items`, `**options`; those before a `/` take no keyword. */
function readParameters(written: string): readonly Parameter[] {
  const words = written.split(' ').filter((word) => word !== '');
  const slash = words.indexOf('/');
  return words
    .map((word, index): Parameter => {
      const positionalOnly = index < slash;
      if (word.startsWith('**')) return { name: word.slice(2), kind: 'named', positionalOnly };
      if (word.startsWith('*')) return { name: word.slice(1), kind: 'rest', positionalOnly };
      if (word.endsWith('?')) return { name: word.slice(0, -1), kind: 'optional', positionalOnly };
      return { name: word, kind: 'required', positionalOnly };
    })
    .filter(({ name }) => name !== '/');
}

export class NativeFunction extends Callable {
  readonly name: string;
  readonly #parameters: readonly Parameter[];
  readonly #run: Run;
  /** Least and most arguments of a function whose parameters are all plain. */
  readonly #plain: readonly [number, number] | undefined;

  constructor(name: string, parameters: string, implementation: Implementation) {
    super();
    this.name = name;
    this.#parameters = readParameters(parameters);
    const least = this.#parameters.filter(({ kind }) => kind === 'required').length;
    const plain = this.#parameters.every(({ kind }) => kind === 'required' || kind === 'optional');
    this.#plain = plain ? [least, this.#parameters.length] : undefined;
    this.#run = implementation as Run;
  }

  call(runtime: Runtime, call: CallArguments): Value {
    return this.#run(runtime, ...this.#bind(call.positional, call.named));
  }

  /** The same with a value before the other arguments: the text before a filter, the owner of a method. */
  callOn(runtime: Runtime, value: Value, call: CallArguments): Value {
    return this.#run(runtime, ...this.#bind([value, ...call.positional], call.named));
  }

  #bind(positional: readonly Value[], named: ReadonlyMap<string, Value>): (Value | undefined)[] {
    // the commonest call by far: nothing to sort out
    const [least, most] = this.#plain ?? [1, 0];
    if (named.size === 0 && positional.length >= least && positional.length <= most) return [...positional];
    let used = 0;
    const taken = new Set<string>();
    const bound = this.#parameters.map((parameter): Value | undefined => {
      if (parameter.kind === 'rest') {
        const rest = positional.slice(used);
        used = positional.length;
        return rest;
      }
      if (parameter.kind === 'named') {
        return Dict.of([...named].filter(([name]) => !taken.has(name)));
      }
      const keyword = parameter.positionalOnly ? undefined : named.get(parameter.name);
      if (keyword !== undefined) taken.add(parameter.name);
      const value = used < positional.length ? positional[used++] : undefined;
      if (value !== undefined && keyword !== undefined) {
        throw typeFault(`${this.name}() got multiple values for argument '${parameter.name}'`);
      }
      if (value === undefined && keyword === undefined && parameter.kind === 'required') {
        throw typeFault(`${this.name}() missing required argument: '${parameter.name}'`);
      }
      return value === undefined ? keyword : value;
    });
    if (used < positional.length) {
      throw typeFault(`${this.name}() takes ${used} arguments but ${positional.length} were given`);
    }
    if (taken.size < named.size && !this.#parameters.some(({ kind }) => kind === 'named')) {
      const unknown = [...named.keys()].find((name) => !taken.has(name)) ?? '';
      throw typeFault(`${this.name}() got an unexpected keyword argument '${unknown}'`);
    }
    return bound;
  }
}

/** A method with its owner, as `text.upper` without the call. */
export class BoundMethod extends Callable {
  override readonly typeName = 'builtin_function_or_method';
  readonly #owner: Value;
  readonly #method: NativeFunction;

  constructor(owner: Value, method: NativeFunction) {
    super();
    this.#owner = owner;
    this.#method = method;
  }

  call(runtime: Runtime, call: CallArguments): Value {
    return this.#method.callOn(runtime, this.#owner, call);
  }
}

export type FunctionTable = ReadonlyMap<string, NativeFunction>;

/** Functions by name; a Map, so that no name finds anything that was not put in. */
export function functionTable(entries: readonly (readonly [string, string, Implementation])[]): FunctionTable {
  return new Map(
    entries.map(([name, parameters, implementation]) => [name, new NativeFunction(name, parameters, implementation)]),
  );
}
