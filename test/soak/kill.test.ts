import { killClips } from '../support/kill/kill-clips.ts';
import { killRun } from '../support/kill/kill-run.ts';
import { testSeed } from '../support/seeded-random.ts';

describe('Processes that are killed while they work', () => {
  it('pay for nothing twice and lose nothing that was paid for (100 kills, two at once)', async function () {
    this.timeout(20 * 60_000);
    const result = await killRun({ seed: testSeed(), kills: 100, processes: 2 });
    console.log(`${result.creations} creations, ${result.assets} pictures, ${result.unknown} unknown jobs`);
  });

  it('leave every clip to be found and fetched by others (200 kills in all phases, three at once)', async function () {
    this.timeout(30 * 60_000);
    const result = await killClips({ seed: testSeed(), kills: 200, processes: 3 });
    console.log(`${result.creations} clips paid for and on disk, ${result.neverReceived} jobs never received`);
  });
});
