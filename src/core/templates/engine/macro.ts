import { Callable, type CallArguments, type Runtime } from '../values/call.ts';
import { Dict } from '../values/dict.ts';
import { typeFault } from '../values/fault.ts';
import { Markup, Tuple, Undefined, type Value } from '../values/value.ts';

/** What a macro is made of; special variables are those that its body speaks of. */
export interface MacroFields {
  /** Null for the body of a `call` block. */
  readonly name: string | null;
  readonly parameters: readonly string[];
  readonly takesCaller: boolean;
  readonly takesKwargs: boolean;
  readonly takesVarargs: boolean;
  /** Runs the body; `values` are in the order of the parameters, undefined for those not given. */
  readonly run: (values: readonly (Value | undefined)[], special: ReadonlyMap<string, Value>) => string;
}

/** A macro, or the body of a `call` block as `caller`. */
export class Macro extends Callable {
  override readonly typeName = 'Macro';
  readonly #fields: MacroFields;

  constructor(fields: MacroFields) {
    super();
    this.#fields = fields;
  }

  override repr(): string {
    return `<Macro ${this.#fields.name === null ? 'anonymous' : `'${this.#fields.name}'`}>`;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.#fields.name;
      case 'arguments':
        return new Tuple(this.#fields.parameters);
      case 'catch_kwargs':
        return this.#fields.takesKwargs;
      case 'catch_varargs':
        return this.#fields.takesVarargs;
      case 'caller':
        return this.#fields.takesCaller;
      default:
        return undefined;
    }
  }

  call(runtime: Runtime, call: CallArguments): Value {
    const { parameters, name } = this.#fields;
    const given = call.positional.slice(0, parameters.length);
    const named = new Map(call.named);
    const values = parameters.map((parameter, index): Value | undefined => {
      if (index < given.length) return given[index];
      const value = named.get(parameter);
      named.delete(parameter);
      return value;
    });
    const special = this.#special(call, named);
    if (call.positional.length > parameters.length && !this.#fields.takesVarargs) {
      throw typeFault(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
    }
    const text = this.#fields.run(values, special);
    return runtime.autoescape ? new Markup(text) : text;
  }

  #special(call: CallArguments, named: Map<string, Value>): ReadonlyMap<string, Value> {
    const special = new Map<string, Value>();
    const { parameters, takesCaller, takesKwargs, takesVarargs, name } = this.#fields;
    if (takesCaller && !parameters.includes('caller')) {
      special.set('caller', named.get('caller') ?? new Undefined('No caller defined'));
      named.delete('caller');
    }
    if (takesKwargs) special.set('kwargs', Dict.of([...named]));
    else if (named.size > 0) {
      const [unknown] = named.keys();
      throw typeFault(`macro '${name}' takes no keyword argument '${unknown}'`);
    }
    if (takesVarargs) special.set('varargs', new Tuple(call.positional.slice(parameters.length)));
    return special;
  }
}
