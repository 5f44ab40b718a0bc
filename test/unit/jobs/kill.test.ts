import { killClips } from '../../support/kill/kill-clips.ts';
import { killRun } from '../../support/kill/kill-run.ts';
import { testSeed } from '../../support/seeded-random.ts';

describe('Processes that are killed while they work', () => {
  it('pay for nothing twice and lose nothing that was paid for (10 kills, two at once)', async function () {
    this.timeout(120_000);
    await killRun({ seed: testSeed(), kills: 10, processes: 2 });
  });

  it('leave every clip to be found and fetched by others (30 kills in all phases, three at once)', async function () {
    this.timeout(240_000);
    await killClips({ seed: testSeed(), kills: 30, processes: 3 });
  });
});
