/** A figure of ours beside a peer's of the same run. */
export interface Measurement {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  /** Ours divided by the peer's; smaller is better. */
  readonly ratio: number;
  /** The ratio that we want to stay at or below. */
  readonly goal: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function milliseconds(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function mebibytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(0)} MiB`;
}

export function printTable(measurements: readonly Measurement[]): void {
  console.log('| what | Shotlist | peer | ratio | goal |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const { what, ours, peer, ratio, goal } of measurements) {
    const verdict = ratio <= goal ? '' : ' (missed)';
    console.log(`| ${what} | ${ours} | ${peer} | ${ratio.toFixed(2)}× | ≤ ${goal.toFixed(2)}×${verdict} |`);
  }
}
