import { TemplateFault } from './fault.ts';

/** The first index of a slice, and the one before which it ends: bounds from the end are counted, others cut to fit. */
export function sliceBounds(size: number, start?: number, stop?: number, step = 1): readonly [number, number] {
  if (step === 0) throw new TemplateFault('ValueError', 'slice step cannot be zero');
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, lowest), highest);
  return [
    start === undefined ? (step > 0 ? lowest : highest) : clamp(start),
    stop === undefined ? (step > 0 ? highest : lowest) : clamp(stop),
  ];
}

/** `items[start:stop:step]` of Python. */
export function sliced<T>(items: readonly T[], start?: number, stop?: number, step = 1): T[] {
  const [first, last] = sliceBounds(items.length, start, stop, step);
  const result: T[] = [];
  for (let index = first; step > 0 ? index < last : index > last; index += step) {
    const item = items[index];
    if (item !== undefined) result.push(item);
  }
  return result;
}
