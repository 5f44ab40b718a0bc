import { TemplateFault } from './fault.ts';
import { maxRangeItems } from './limits.ts';
import { PythonObject, type Value } from './value.ts';

/** `range(start, stop, step)`, at most 1000 items. */
export class Range extends PythonObject {
  readonly typeName = 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly size: number;

  constructor(start: bigint, stop: bigint, step: bigint) {
    super();
    if (step === 0n) throw new TemplateFault('ValueError', 'range() arg 3 must not be zero');
    const span = step > 0n ? stop - start : start - stop;
    const stride = step > 0n ? step : -step;
    const size = span > 0n ? (span + stride - 1n) / stride : 0n;
    if (size > BigInt(maxRangeItems)) {
      throw new TemplateFault('Limit', `A range of ${size} items is too large; ${maxRangeItems} are allowed.`);
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.size = Number(size);
  }

  list(): bigint[] {
    return Array.from({ length: this.size }, (_, index) => this.start + BigInt(index) * this.step);
  }

  repr(): string {
    const bounds = `${this.start}, ${this.stop}`;
    return this.step === 1n ? `range(${bounds})` : `range(${bounds}, ${this.step})`;
  }

  override length(): number {
    return this.size;
  }

  override iterate(): Iterator<Value> {
    return this.list().values();
  }
}
