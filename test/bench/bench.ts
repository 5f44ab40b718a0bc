/**
 * `npm run bench [-- NAME…]`: figures of ours beside a peer's in the same run, as a table of ratios. Nothing is
 * asserted: machines are noisy, and a person reads this.
 */
import { buildForProduction } from '../../scripts/build.ts';
import { measureActivation } from './activation.ts';
import { measureDownload } from './download.ts';
import { measureImages } from './images.ts';
import { printTable, type Measurement } from './measurement.ts';
import { measurePolling } from './polling.ts';
import { measureStart } from './start.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const measures: Readonly<Record<string, () => Promise<Measurement[]>>> = {
  start: () => Promise.resolve(measureStart(rounds * 4)),
  images: () => measureImages(rounds),
  polling: measurePolling,
  download: () => measureDownload(rounds),
  activation: () => measureActivation(rounds),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in measures));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`);
  process.exit(1);
}
await buildForProduction();
const measurements: Measurement[] = [];
for (const [name, measure] of Object.entries(measures)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`measuring ${name} …`);
  measurements.push(...(await measure()));
}
printTable(measurements);
