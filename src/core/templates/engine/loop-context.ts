import { Callable, NativeFunction, type CallArguments, type Runtime } from '../values/call.ts';
import { equal } from '../values/compare.ts';
import { typeFault } from '../values/fault.ts';
import { Tuple, Undefined, lengthOf, type Value } from '../values/value.ts';

type Recurse = (values: Value, depth: number) => Value;

/** `loop`: where a loop stands. */
export class LoopContext extends Callable {
  override readonly typeName = 'LoopContext';
  readonly #values: Value;
  readonly #recurse: Recurse;
  readonly #depth: number;
  #source: Iterator<Value>;
  #index = -1;
  #length: number | undefined;
  #previous: Value | undefined;
  #current: Value | undefined;
  #ahead: IteratorResult<Value> | undefined;
  #lastChecked: Tuple | undefined;

  constructor(values: Value, source: Iterator<Value>, recurse: Recurse, depth: number) {
    super();
    this.#values = values;
    this.#source = source;
    this.#recurse = recurse;
    this.#depth = depth;
  }

  /** Goes on to the next item. */
  advance(): IteratorResult<Value> {
    const next = this.#ahead ?? this.#source.next();
    this.#ahead = undefined;
    if (next.done !== true) {
      this.#index++;
      this.#previous = this.#current;
      this.#current = next.value;
    }
    return next;
  }

  call(_runtime: Runtime, call: CallArguments): Value {
    const [values] = call.positional;
    if (values === undefined || call.positional.length > 1 || call.named.size > 0) {
      throw typeFault('loop() takes exactly one argument');
    }
    return this.#recurse(values, this.#depth + 1);
  }

  override repr(): string {
    return `<LoopContext ${this.#index + 1}/${this.#size()}>`;
  }

  override length(): number {
    return this.#size();
  }

  override attribute(name: string): Value | undefined {
    const number = this.#number(name);
    if (number !== undefined) return BigInt(number);
    switch (name) {
      case 'first':
        return this.#index === 0;
      case 'last':
        return this.#peek().done === true;
      case 'previtem':
        return this.#index === 0 ? new Undefined('there is no previous item') : this.#previous;
      case 'nextitem': {
        const next = this.#peek();
        return next.done === true ? new Undefined('there is no next item') : next.value;
      }
      case 'cycle':
        return new NativeFunction(name, '*values', (_, values: Value[]) => {
          if (values.length === 0) throw typeFault('no items for cycling given');
          return values[this.#index % values.length] ?? null;
        });
      case 'changed':
        return new NativeFunction(name, '*values', (_, values: Value[]) => this.#changed(new Tuple(values)));
      default:
        return undefined;
    }
  }

  #number(name: string): number | undefined {
    switch (name) {
      case 'index':
        return this.#index + 1;
      case 'index0':
        return this.#index;
      case 'revindex':
        return this.#size() - this.#index;
      case 'revindex0':
        return this.#size() - this.#index - 1;
      case 'length':
        return this.#size();
      case 'depth':
        return this.#depth + 1;
      case 'depth0':
        return this.#depth;
      default:
        return undefined;
    }
  }

  #peek(): IteratorResult<Value> {
    this.#ahead ??= this.#source.next();
    return this.#ahead;
  }

  #changed(values: Tuple): boolean {
    if (this.#lastChecked !== undefined && equal(this.#lastChecked, values)) return false;
    this.#lastChecked = values;
    return true;
  }

  /** What has no length of its own is read to its end. */
  #size(): number {
    if (this.#length !== undefined) return this.#length;
    const known = lengthOf(this.#values);
    if (known !== undefined) return (this.#length = known);
    const rest = Array.from({ [Symbol.iterator]: () => this.#source });
    this.#source = rest.values();
    const ahead = this.#ahead !== undefined && this.#ahead.done !== true ? 1 : 0;
    this.#length = rest.length + this.#index + 1 + ahead;
    return this.#length;
  }
}
