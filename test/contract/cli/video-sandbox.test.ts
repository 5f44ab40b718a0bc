import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { failureSchema, parseDocument, runSchema } from '../../support/contract.ts';
import { createHome, type Home, type Outcome } from '../../support/command-line.ts';

const sandbox = ['--connection', 'sandbox'];
const omni = ['--model', 'gemini-omni-1.1-flash', '--resolution', '360p', '--seconds', '3'];
/** A model that the catalog doesn't know, with clips that are drawn in no time. */
const tiny = ['--model', 'tiny', '--size', '320x180', '--seconds', '1'];

describe('shotlist video in the sandbox', function () {
  this.timeout(90_000);
  let home: Home;
  before(async () => {
    home = await createHome();
    const grey = { width: 320, height: 180, channels: 3 as const, data: new Uint8Array(320 * 180 * 3).fill(120) };
    await writeFile(join(home.folder, 'first.png'), encode(grey));
  });
  after(() => home.dispose());

  const make = (...given: string[]): Promise<Outcome> => home.run(['video', ...given, ...sandbox, '--yes', '--json']);
  const madeOf = (outcome: Outcome): { id: string; path: string; width: number; height: number; seconds: number } => {
    assert.equal(outcome.code, 0, outcome.stderr);
    const { jobs } = parseDocument(runSchema, outcome.stdout);
    const { path = '', width = 0, height = 0, seconds = 0 } = jobs[0]?.assets[0] ?? {};
    return { id: jobs[0]?.id ?? '', path, width, height, seconds };
  };

  it('speaks the Sora protocol: text, picture, remix, edit, extension', async () => {
    const [first, moved, retired] = await Promise.all([
      make('a fox [time:300]', ...tiny),
      make('a fox moves [time:300]', '--image', 'first.png', ...tiny),
      make('a fox [time:300]', '--model', 'sora-2', '--resolution', '720p', '--aspect', '16:9'),
    ]);
    const { id, path, ...facts } = madeOf(first);
    assert.deepEqual(facts, { width: 320, height: 180, seconds: 1 });
    madeOf(moved);
    assert.deepEqual([madeOf(retired).width, madeOf(retired).height], [1280, 720]);
    const [remixed, edited, extended] = await Promise.all([
      make('at night [time:300]', '--model', 'tiny', '--remix', id),
      make('in the rain [time:300]', '--model', 'tiny', '--edit', path),
      make('it jumps [time:300]', '--model', 'tiny', '--extend', id, '--seconds', '4'),
    ]);
    assert.equal(madeOf(remixed).seconds, 1);
    assert.equal(madeOf(edited).seconds, 1);
    assert.ok(madeOf(extended).seconds >= 4);
    const sidecar = JSON.parse(await readFile(`${madeOf(remixed).path}.json`, 'utf8')) as { from?: string[] };
    assert.equal(sidecar.from?.length, 1);
  });

  it('speaks the Interactions API: text, picture, edit, extension', async () => {
    const [first, moved] = await Promise.all([
      make('a fox [time:300]', ...omni),
      make('a fox moves [time:0]', '--image', 'first.png', ...omni),
    ]);
    const { id, path, ...facts } = madeOf(first);
    assert.deepEqual(facts, { width: 640, height: 360, seconds: 3 });
    madeOf(moved);
    const [edited, extended] = await Promise.all([
      make('in the rain [time:300]', '--model', 'gemini-omni-1.1-flash', '--resolution', '360p', '--edit', id),
      make('it jumps [time:300]', '--model', 'gemini-omni-1.1-flash', '--resolution', '360p', '--extend', path),
    ]);
    madeOf(edited);
    assert.ok(madeOf(extended).seconds > 3);
  });

  it('speaks Veo: text and extension', async () => {
    const veo = ['--model', 'veo-3.1-fast-generate-001'];
    const { path, ...facts } = madeOf(await make('a fox [time:300]', '--seconds', '4', ...veo));
    assert.deepEqual([facts.width, facts.height, facts.seconds], [1280, 720, 4]);
    assert.ok(madeOf(await make('it jumps [time:300]', '--extend', path, ...veo)).seconds > 4);
  });

  it('makes pictures with the models of Google', async () => {
    const given = ['image', 'a fox', ...sandbox, '--model', 'gemini-3.1-flash-image', '--aspect', '16:9', '--json'];
    const { code, stdout, stderr } = await home.run(given);
    assert.equal(code, 0, stderr);
    assert.equal(parseDocument(runSchema, stdout).jobs[0]?.assets[0]?.mime, 'image/png');
  });

  const faults: readonly (readonly [prompt: string, code: string, exit: number])[] = [
    ['a fox [fail:moderation_blocked]', 'moderation_blocked', 3],
    ['a fox [time:100] [end:moderation]', 'moderation_blocked', 3],
    ['a fox [time:100] [end:expired]', 'download_failed', 1],
    ['a fox [fail:quota_exceeded]', 'quota_exceeded', 4],
    ['a fox [fail:500]', 'provider_unavailable', 5],
  ];
  it('shows faults under the right code: when it is created, and when it is done', async () => {
    const outcomes = await Promise.all(faults.map(([prompt]) => make(prompt, ...tiny)));
    for (const [index, [prompt, code, exit]] of faults.entries()) {
      const { code: exitCode, stdout = '', stderr = '' } = outcomes[index] ?? {};
      assert.equal(parseDocument(failureSchema, stdout).error.code, code, `${prompt}\n${stderr}`);
      assert.equal(exitCode, exit, prompt);
    }
  });
});
