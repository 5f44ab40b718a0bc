import { TemplateFault } from './fault.ts';

/** `items[start:stop:step]` of Python: negative bounds count from the end, those outside are cut to fit. */
export function sliced<T>(items: readonly T[], start?: number, stop?: number, step = 1): T[] {
  if (step === 0) throw new TemplateFault('ValueError', 'slice step cannot be zero');
  const size = items.length;
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, lowest), highest);
  const first = start === undefined ? (step > 0 ? lowest : highest) : clamp(start);
  const last = stop === undefined ? (step > 0 ? highest : lowest) : clamp(stop);
  const result: T[] = [];
  for (let index = first; step > 0 ? index < last : index > last; index += step) {
    const item = items[index];
    if (item !== undefined) result.push(item);
  }
  return result;
}
