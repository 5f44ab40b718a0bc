/** How long the command line takes to start, beside an empty Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median, milliseconds, type Measurement } from './measurement.ts';

export function measureStart(rounds: number): Measurement[] {
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
  return ['--version', '--help', 'image --help'].map((words) => {
    const ours: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const a = timed([cli, ...words.split(' ')]);
      const b = timed(['-e', '0']);
      if (round === 0) continue;
      ours.push(a);
      empty.push(b);
    }
    return {
      what: `start: \`shotlist ${words}\` beside \`node -e 0\``,
      ours: milliseconds(median(ours)),
      peer: milliseconds(median(empty)),
      ratio: median(ours.map((value, index) => value / (empty[index] ?? Number.NaN))),
      goal: 2,
    };
  });
}

function timed(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(status)}`);
  return performance.now() - start;
}
