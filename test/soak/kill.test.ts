import { killRun } from '../support/kill/kill-run.ts';

describe('Processes that are killed while they work', () => {
  it('pay for nothing twice and lose nothing that was paid for (100 kills, two at once)', async function () {
    this.timeout(20 * 60_000);
    const result = await killRun({ seed: Math.floor(Math.random() * 2 ** 32), kills: 100, processes: 2 });
    console.log(`${result.creations} creations, ${result.assets} pictures, ${result.unknown} unknown jobs`);
  });
});
