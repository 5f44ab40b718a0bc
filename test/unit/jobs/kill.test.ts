import { killRun } from '../../support/kill/kill-run.ts';

describe('Processes that are killed while they work', () => {
  it('pay for nothing twice and lose nothing that was paid for (10 kills, two at once)', async function () {
    this.timeout(120_000);
    await killRun({ seed: Math.floor(Math.random() * 2 ** 32), kills: 10, processes: 2 });
  });
});
