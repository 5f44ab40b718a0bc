import { filters } from '../builtins/filters.ts';
import { tests } from '../builtins/tests.ts';
import { getItem, pythonAttribute } from '../values/attribute.ts';
import type { CallArguments, NativeFunction, Runtime } from '../values/call.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { Undefined, orElse, repr, text, textOf, truth, typeName, type Value } from '../values/value.ts';
import type { Rendering } from './rendering.ts';
import type { Output } from './scope.ts';

/** A block made ready to run. */
export type RunBlock = (context: Context, out: Output) => void;

/** Shared by a context and those derived from it. */
export interface Modes {
  autoescape: boolean;
}

/** What a running template can reach by name, and what it asks of the rendering. */
export class Context implements Runtime {
  readonly rendering: Rendering;
  /** Inputs, functions, and for included templates what the including one has. */
  readonly given: ReadonlyMap<string, Value>;
  /** What the template itself sets at its top. */
  readonly variables = new Map<string, Value>();
  readonly exported = new Set<string>();
  /** For every block the versions of it, that of the template extended last at the end. */
  readonly blocks: Map<string, RunBlock[]>;
  readonly modes: Modes;

  constructor(
    rendering: Rendering,
    given: ReadonlyMap<string, Value>,
    blocks: ReadonlyMap<string, readonly RunBlock[]>,
    modes: Modes = { autoescape: false },
  ) {
    this.rendering = rendering;
    this.given = given;
    this.blocks = new Map([...blocks].map(([name, versions]) => [name, [...versions]]));
    this.modes = modes;
  }

  get autoescape(): boolean {
    return this.modes.autoescape;
  }

  resolve(name: string): Value | undefined {
    return this.variables.get(name) ?? (this.variables.has(name) ? null : this.given.get(name));
  }

  all(): ReadonlyMap<string, Value> {
    return this.variables.size === 0 ? this.given : new Map([...this.given, ...this.variables]);
  }

  /** The same blocks with more variables. */
  derived(locals: ReadonlyMap<string, Value>): Context {
    return new Context(this.rendering, new Map([...this.all(), ...locals]), this.blocks, this.modes);
  }

  random(): number {
    return this.rendering.random();
  }

  readChoices(name: string): string {
    return this.rendering.readChoices(name);
  }

  strictAttribute(value: Value, name: string): Value {
    if (value instanceof Undefined) value.fail();
    return orElse(pythonAttribute(value, name), () => {
      throw typeFault(`'${typeName(value)}' object has no attribute '${name}'`);
    });
  }

  strictItem(value: Value, key: Value): Value {
    const found = getItem(value, key);
    if (found instanceof Undefined) throw new TemplateFault('KeyError', repr(key));
    return found;
  }

  getItem(value: Value, key: Value): Value {
    return getItem(value, key);
  }

  hasFilter(name: Value): boolean {
    return filters.has(text(name));
  }

  hasTest(name: Value): boolean {
    return tests.has(text(name));
  }

  callFilter(name: Value, call: CallArguments): Value {
    return this.#named(filters, 'filter', name).call(this, call);
  }

  callTest(name: Value, call: CallArguments): boolean {
    return truth(this.#named(tests, 'test', name).call(this, call));
  }

  #named(table: ReadonlyMap<string, NativeFunction>, kind: string, name: Value): NativeFunction {
    const found = table.get(textOf(name) ?? '');
    if (found === undefined) throw new TemplateFault('TemplateRuntimeError', `No ${kind} named '${text(name)}'.`);
    return found;
  }
}
