import { Callable, type CallArguments, type Runtime } from '../values/call.ts';
import { TemplateFault } from '../values/fault.ts';
import { maxTextLength } from '../values/limits.ts';
import { Markup, PythonObject, Undefined, textOf, type Value } from '../values/value.ts';
import type { Context, RunBlock } from './context.ts';
import { Output } from './scope.ts';

/** A block that can be called: `self.name()` and `super()`. */
export class BlockReference extends Callable {
  override readonly typeName = 'BlockReference';
  readonly #name: string;
  readonly #context: Context;
  readonly #versions: readonly RunBlock[];
  readonly #depth: number;

  constructor(name: string, context: Context, versions: readonly RunBlock[], depth: number) {
    super();
    this.#name = name;
    this.#context = context;
    this.#versions = versions;
    this.#depth = depth;
  }

  /** The version of a block that the given one overrides. */
  static after(name: string, context: Context, current: RunBlock): Value {
    const versions = context.blocks.get(name) ?? [];
    const index = versions.indexOf(current) + 1;
    if (index === 0 || index >= versions.length) return noParent(name);
    return new BlockReference(name, context, versions, index);
  }

  call(_runtime: Runtime, call: CallArguments): Value {
    if (call.positional.length + call.named.size > 0)
      throw new TemplateFault('TypeError', 'a block takes no arguments');
    const out = new Output(maxTextLength);
    this.#versions[this.#depth]?.(this.#context, out);
    return this.#context.autoescape ? new Markup(out.text) : out.text;
  }

  override attribute(name: string): Value | undefined {
    if (name !== 'super') return undefined;
    const depth = this.#depth + 1;
    if (depth >= this.#versions.length) return noParent(this.#name);
    return new BlockReference(this.#name, this.#context, this.#versions, depth);
  }
}

function noParent(name: string): Undefined {
  return new Undefined(`there is no parent block called '${name}'.`);
}

/** `self`: the blocks of the template by name. */
export class TemplateReference extends PythonObject {
  readonly typeName = 'TemplateReference';
  readonly #context: Context;

  constructor(context: Context) {
    super();
    this.#context = context;
  }

  repr(): string {
    throw new TemplateFault('Unsupported', 'self cannot be printed.');
  }

  override item(key: Value): Value | undefined {
    const name = textOf(key) ?? '';
    const versions = this.#context.blocks.get(name);
    return versions === undefined ? undefined : new BlockReference(name, this.#context, versions, 0);
  }
}
