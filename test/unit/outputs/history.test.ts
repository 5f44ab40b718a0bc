import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog, systemClock } from '../../../src/core/environment.ts';
import { openJournal } from '../../../src/core/journal/open-journal.ts';
import { searchAssets } from '../../../src/core/outputs/history.ts';
import { createBench, draft, type Bench } from '../jobs/support/workspace.ts';

describe('The history', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await createBench();
  });
  afterEach(() => bench.remove());

  const search = async (text: string): Promise<string[]> => {
    const { folder, personalFolder } = bench;
    const environment = { clock: systemClock, random: Math.random, fetch: globalThis.fetch, log: silentLog };
    const journal = await openJournal({ workspaceFolder: folder, personalFolder, environment, warn: assert.fail });
    const found = await searchAssets(journal.database, text, 10);
    await journal.close();
    return found.map((entry) => entry.sidecar.request.prompt);
  };
  const make = async (...prompts: string[]): Promise<string[]> => {
    const pipeline = await bench.open();
    const { jobs } = await pipeline.run(await pipeline.plan(prompts.map((prompt) => draft(prompt))));
    return jobs.map((job) => job.assets[0]?.path ?? '');
  };

  it('finds pictures by words of their prompts, with nothing in the words an operator', async () => {
    await make('a red fox in snow', 'a blue hare', 'füchse im Schnee');
    assert.deepEqual(await search('fox'), ['a red fox in snow']);
    assert.deepEqual(await search('RED sno'), ['a red fox in snow']);
    assert.deepEqual(await search('Füchse'), ['füchse im Schnee']);
    assert.deepEqual(await search('fox hare'), []);
    for (const odd of ['"', 'fox" OR prompt:hare', '*', 'NEAR(', "'; DROP TABLE assets", '']) await search(odd);
    assert.deepEqual(await search('prompt:fox'), []);
  });

  it('is made again from the sidecars, with what was moved and without what is gone', async () => {
    const [fox = '', hare = ''] = await make('a fox', 'a hare');
    await mkdir(join(bench.folder, 'art'));
    await rm(hare);
    for (const suffix of ['', '.json']) {
      await writeFile(join(bench.folder, 'art', `moved.png${suffix}`), await readFile(fox + suffix));
      await rm(fox + suffix);
    }
    const pipeline = await bench.open();
    const result = await pipeline.rebuildHistory();
    assert.deepEqual(result, { assets: 1, skipped: [`${hare}.json`] });
    assert.deepEqual(await search('fox'), ['a fox']);
    assert.deepEqual(await search('hare'), []);
  });

  it('takes no sidecar that is hostile, and follows no link', async () => {
    const [path = ''] = await make('a fox');
    const good = await readFile(`${path}.json`, 'utf8');
    const bytes = await readFile(path);
    const put = async (name: string, text: string): Promise<void> => {
      await writeFile(join(bench.folder, name), bytes);
      await writeFile(join(bench.folder, `${name}.json`), text);
    };
    await put('nonsense.png', 'nonsense');
    await put('version.png', good.replace('"version": 1', '"version": 2'));
    await put('number.png', good.replace(/"prompt": "[^"]*"/, '"prompt": 5'));
    await put('size.png', good.replace(/"bytes": \d+/, '"bytes": 1'));
    await put('large.png', good.replace('"a fox"', JSON.stringify('x'.repeat(2_000_000))));
    await put('proto.png', `{"__proto__": ${good}}`);
    await symlink(`${path}.json`, join(bench.folder, 'linked.png.json'));
    await mkdir(join(bench.folder, '..', 'outside'));
    await writeFile(join(bench.folder, '..', 'outside', 'x.png'), bytes);
    await writeFile(join(bench.folder, '..', 'outside', 'x.png.json'), good);
    await symlink(join(bench.folder, '..', 'outside'), join(bench.folder, 'linked'));
    const pipeline = await bench.open();
    const result = await pipeline.rebuildHistory();
    assert.equal(result.assets, 1);
    assert.equal(result.skipped.length, 6);
  });

  it('keeps keys of a sidecar that it does not know', async () => {
    const { parseSidecar } = await import('../../../src/core/outputs/sidecar.ts');
    const [path = ''] = await make('a fox');
    const text = (await readFile(`${path}.json`, 'utf8')).replace('"version": 1,', '"version": 1, "later": {"a": 1},');
    assert.deepEqual(parseSidecar(text)?.['later'], { a: 1 });
  });
});
