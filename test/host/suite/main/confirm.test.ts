import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { person, recordFetch, run, setOwn, workspaceFiles, workspaceFolder } from '../support.ts';

describe('a run above the limits', () => {
  const config = join(workspaceFolder(), 'shotlist.json');
  before(() => {
    process.env['OPENAI_API_KEY'] = 'not-a-real-key-0123';
  });
  after(async () => {
    delete process.env['OPENAI_API_KEY'];
    rmSync(config, { force: true });
    await setOwn('connection', undefined);
    await setOwn('confirmAboveUsd', undefined);
  });

  async function generate(): Promise<{ code: string | undefined; shown: string; sent: number }> {
    await setOwn('connection', 'openai');
    const someone = person({ typed: 'A fox' });
    const network = recordFetch(() =>
      Response.json({ error: { message: 'no', type: 'x', param: null, code: 'invalid_api_key' } }, { status: 401 }),
    );
    const outcome = await run('shotlist.generateImage');
    network.restore();
    someone.restore();
    return { code: outcome.error?.code, shown: someone.shown.join('\n'), sent: network.sent.length };
  }

  it('is asked about with its price, and not sent when the person says no', async () => {
    const files = workspaceFiles();
    await setOwn('confirmAboveUsd', 0.001);
    const { code, shown, sent } = await generate();
    assert.equal(code, 'cancelled');
    assert.match(shown, /Make 1 image with gpt-image-2\.6-flare\?/);
    assert.equal(sent, 0);
    assert.deepEqual(workspaceFiles(), files);
  });

  it('may be asked about more often because of a repository, never less', async () => {
    await setOwn('confirmAboveUsd', 0.001);
    writeFileSync(config, JSON.stringify({ confirmAbove: { usd: 1000, images: 1000 } }));
    assert.equal((await generate()).code, 'cancelled');
    await setOwn('confirmAboveUsd', undefined);
    assert.equal((await generate()).code, 'invalid_key');
    writeFileSync(config, JSON.stringify({ confirmAbove: { usd: 0.001 } }));
    assert.equal((await generate()).code, 'cancelled');
  });
});
