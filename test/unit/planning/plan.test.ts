import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { builtInConnections, defineConnection } from '../../../src/core/connections/connection.ts';
import { environmentCredentials } from '../../../src/core/connections/credentials.ts';
import { ShotlistError, type ErrorCode } from '../../../src/core/errors.ts';
import type { Plan } from '../../../src/core/generation.ts';
import { planDrafts } from '../../../src/core/planning/plan.ts';
import type { Draft, PersonalDefaults } from '../../../src/core/pipeline.ts';
import { openWorkspace } from '../../../src/core/workspace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shotlist-plan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plan = async (draft: Partial<Draft> | Partial<Draft>[], defaults: PersonalDefaults = {}): Promise<Plan> =>
  planDrafts(
    [draft].flat().map((one) => ({ kind: 'image', prompt: 'A red fox in the snow', ...one })),
    {
      workspace: await openWorkspace(folder),
      connections: [...builtInConnections, defineConnection({ id: 'local', baseUrl: 'http://localhost:8091/v1' })],
      credentials: environmentCredentials({}),
      defaults,
      findJob: () => Promise.resolve(undefined),
      now: Date.parse('2026-11-22T10:11:12Z'),
    },
  );

const refusal = async (code: ErrorCode, message: RegExp, draft: Partial<Draft>): Promise<ShotlistError> => {
  let caught: unknown;
  await plan(draft).catch((error: unknown) => {
    caught = error;
  });
  assert.ok(ShotlistError.is(caught), 'nothing was thrown');
  assert.equal(caught.code, code, caught.message);
  assert.match(caught.message, message);
  return caught;
};

const picture = async (name: string, width: number, height: number, alpha: number): Promise<string> => {
  const data = new Uint8Array(width * height * 4).fill(128).map((value, index) => (index % 4 === 3 ? alpha : value));
  const path = join(folder, name);
  await writeFile(path, encode({ width, height, data, channels: 4, depth: 8 }));
  return path;
};

describe('a plan', () => {
  it('needs no key, and takes the catalog’s default model on the first connection of the default order', async () => {
    const { jobs, warnings } = await plan({});
    assert.equal(jobs.length, 1);
    const [job] = jobs;
    assert.equal(job?.request.connection, 'openai');
    assert.equal(job?.request.model, 'gpt-image-2.6-flare');
    assert.deepEqual(job?.request.parameters, {});
    assert.equal(job?.target.folder, join(folder, 'shotlist-output'));
    assert.match(job?.target.stem ?? '', /^\d{8}-\d{6}-a-red-fox-in-the-snow-[0-9a-f]{8}$/);
    assert.ok((job?.estimate?.usd ?? 0) > 0.01);
    assert.deepEqual(warnings, []);
  });

  it('lets the draft win over shotlist.json, and that over the person’s defaults', async () => {
    const defaults: PersonalDefaults = {
      connection: 'sandbox',
      models: { image: 'gpt-image-2' },
      outputFolder: 'mine',
    };
    assert.equal((await plan({}, defaults)).jobs[0]?.request.model, 'gpt-image-2');
    await writeFile(
      join(folder, 'shotlist.json'),
      JSON.stringify({
        connection: 'sandbox',
        models: { image: 'gpt-image-2.5-flare' },
        outputFolder: 'art',
        outputName: '{words}',
      }),
    );
    const [job] = (await plan({}, defaults)).jobs;
    assert.equal(job?.request.model, 'gpt-image-2.5-flare');
    assert.equal(job?.target.folder, join(folder, 'art'));
    assert.equal(job?.target.stem, 'a-red-fox-in-the-snow');
    assert.equal((await plan({ model: 'dall-e-3' }, defaults)).jobs[0]?.request.model, 'dall-e-3');
  });

  it('splits counts above the model’s limit into several calls', async () => {
    const many = await plan({ count: 23 });
    assert.deepEqual(
      many.jobs.map((job) => job.request.parameters['n']),
      [10, 10, 3],
    );
    const single = await plan({ connection: 'sandbox', model: 'dall-e-3', count: 3 });
    assert.deepEqual(
      single.jobs.map((job) => [job.count, job.request.parameters]),
      [
        [1, {}],
        [1, {}],
        [1, {}],
      ],
    );
  });

  it('turns an aspect ratio into the nearest size of the model', async () => {
    assert.equal(
      (await plan({ connection: 'sandbox', model: 'gpt-image-1', aspect: '16:9' })).jobs[0]?.request.parameters['size'],
      '1536x1024',
    );
    assert.match(String((await plan({ aspect: '16:9' })).jobs[0]?.request.parameters['size']), /^\d+x\d+$/);
    await refusal('invalid_request', /not both/, { aspect: '1:1', parameters: { size: '1024x1024' } });
    await refusal('invalid_request', /no aspect ratio/, { aspect: 'wide' });
  });

  it('takes the format from the named file, and refuses a clash', async () => {
    const [job] = (await plan({ output: join(folder, 'out.jpg') })).jobs;
    assert.equal(job?.request.parameters['output_format'], 'jpeg');
    assert.equal(job?.mime, 'image/jpeg');
    assert.equal(job?.target.stem, 'out');
    await refusal('invalid_request', /ends in jpeg.*webp/, {
      output: join(folder, 'out.jpg'),
      parameters: { output_format: 'webp' },
    });
    await refusal('unsupported_parameter', /makes png only/, {
      connection: 'sandbox',
      model: 'dall-e-3',
      output: join(folder, 'out.webp'),
    });
  });

  it('streams what may take longer than five minutes, and says what that costs', async () => {
    const slow = await plan({ parameters: { quality: 'max' } });
    assert.equal(slow.jobs[0]?.stream, true);
    assert.equal(slow.jobs[0]?.request.parameters['partial_images'], 1);
    assert.match(slow.warnings.join(), /five minutes/);
    assert.equal((await plan({ parameters: { quality: 'high' } })).jobs[0]?.stream, false);
    assert.equal((await plan({ parameters: { size: '3840x2160', quality: 'high' } })).jobs[0]?.stream, true);
    assert.equal((await plan({ connection: 'local', parameters: { quality: 'max' } })).jobs[0]?.stream, false);
    await refusal('unsupported_parameter', /can't stream/, { connection: 'sandbox', model: 'dall-e-3', stream: true });
  });

  it('takes svg one at a time, and neither svg nor gif as a stream', async () => {
    const drawings = await plan({ count: 3, parameters: { output_format: 'svg' } });
    assert.deepEqual(
      drawings.jobs.map((job) => [job.count, job.mime]),
      [
        [1, 'image/svg+xml'],
        [1, 'image/svg+xml'],
        [1, 'image/svg+xml'],
      ],
    );
    assert.equal((await plan({ parameters: { output_format: 'gif', quality: 'max' } })).jobs[0]?.stream, false);
    await refusal('invalid_request', /gif can't be streamed/, { parameters: { output_format: 'gif' }, stream: true });
    const path = await picture('base.png', 64, 64, 0);
    const inputs = [
      { role: 'reference' as const, path },
      { role: 'mask' as const, path },
    ];
    await refusal('invalid_request', /not with a gif/, { parameters: { output_format: 'gif' }, inputs });
  });

  it('has one hash for the same requests, whatever the time', async () => {
    const same = await Promise.all([plan({ count: 2 }), plan({ count: 2 }), plan({ count: 3 })]);
    assert.equal(same[0]?.hash, same[1]?.hash);
    assert.notEqual(same[0]?.hash, same[2]?.hash);
    const named = await Promise.all(['a.png', 'b.png'].map((name) => plan({ output: join(folder, name) })));
    assert.notEqual(named[0]?.hash, named[1]?.hash);
  });

  it('refuses what can’t work, before anything is sent', async () => {
    await refusal('invalid_request', /prompt is empty/, { prompt: '  \n' });
    await refusal('invalid_request', /32001 characters.*at most 32000/, { prompt: 'x'.repeat(32_001) });
    await refusal('invalid_request', /from 1 to 1000/, { count: 0 });
    await refusal('invalid_request', /from 1 to 1000/, { count: 1.5 });
    await refusal('model_retired', /shut down on 2026-05-12/, { model: 'dall-e-3' });
    await refusal('model_not_found', /no image model "gpt-9"/, { model: 'gpt-9' });
    await refusal('not_found', /no connection "nowhere"/, { connection: 'nowhere' });
    await refusal('invalid_request', /not a parameter/, { parameters: { n: 4 } });
  });

  it('keeps outputs inside the workspace, links followed', async () => {
    await writeFile(join(folder, 'shotlist.json'), JSON.stringify({ outputFolder: '../../etc' }));
    await refusal('outside_workspace', /no place for outputs/, {});
    await symlink(tmpdir(), join(folder, 'link'));
    await writeFile(join(folder, 'shotlist.json'), JSON.stringify({ outputFolder: 'link/out' }));
    await refusal('outside_workspace', /no place for outputs/, {});
    await writeFile(join(folder, 'shotlist.json'), JSON.stringify({ outputFolder: '.git/hooks' }));
    await refusal('outside_workspace', /Nothing is written into \.git/, {});
  });
});

describe('input files of a plan', () => {
  it('make an edit, with type, size and hash from their contents', async () => {
    const path = await picture('base.png', 64, 64, 255);
    const [job] = (await plan({ inputs: [{ role: 'reference', path }] })).jobs;
    assert.equal(job?.request.inputs.length, 1);
    assert.equal(job?.request.inputs[0]?.mime, 'image/png');
    assert.match(job?.request.inputs[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
  });

  it('are refused when they are not what their name says', async () => {
    const secret = join(folder, 'secret.png');
    await writeFile(secret, 'API_KEY=canary\n');
    const error = await refusal('invalid_request', /secret\.png is no picture/, {
      inputs: [{ role: 'reference', path: secret }],
    });
    assert.doesNotMatch(`${error.message} ${error.hint}`, /canary/);
    await refusal('not_found', /there is none/, { inputs: [{ role: 'reference', path: join(folder, 'missing.png') }] });
    await mkdir(join(folder, 'folder.png'));
    await refusal('invalid_request', /not a file/, {
      inputs: [{ role: 'reference', path: join(folder, 'folder.png') }],
    });
  });

  it('are sent only in roles whose contents are checked', async () => {
    const secret = join(folder, 'secret.txt');
    await writeFile(secret, 'canary');
    const reference = { role: 'reference' as const, path: await picture('base.png', 64, 64, 255) };
    for (const role of ['markup', 'first_frame', 'video'] as const) {
      await refusal('unsupported_parameter', /takes no (markups|first frames|clips)/, {
        inputs: [reference, { role, path: secret }],
      });
    }
  });

  it('are limited in number and by the model', async () => {
    const path = await picture('base.png', 64, 32, 255);
    await refusal('invalid_request', /at most 16.*17/, {
      inputs: Array.from({ length: 17 }, () => ({ role: 'reference' as const, path })),
    });
    await refusal('unsupported_parameter', /dall-e-3 can't edit/, {
      connection: 'sandbox',
      model: 'dall-e-3',
      inputs: [{ role: 'reference', path }],
    });
    await refusal('invalid_request', /square pictures only.*64x32/, {
      connection: 'sandbox',
      model: 'dall-e-2',
      inputs: [{ role: 'reference', path }],
    });
  });

  it('may be a mask: a PNG of the same size with a transparent area', async () => {
    const base = { role: 'reference' as const, path: await picture('base.png', 64, 64, 255) };
    const mask = async (name: string, width: number, alpha: number) => ({
      role: 'mask' as const,
      path: await picture(name, width, 64, alpha),
    });
    assert.equal((await plan({ inputs: [base, await mask('good.png', 64, 0)] })).jobs[0]?.request.inputs.length, 2);
    await refusal('invalid_request', /32x64.*64x64/, { inputs: [base, await mask('small.png', 32, 0)] });
    await refusal('invalid_request', /no transparent area/, { inputs: [base, await mask('opaque.png', 64, 255)] });
    await refusal('invalid_request', /needs the picture/, { inputs: [await mask('alone.png', 64, 0)] });
  });

  it('without a prompt are a variation, on a model that has them', async () => {
    const inputs = [{ role: 'reference' as const, path: await picture('base.png', 64, 64, 255) }];
    assert.equal((await plan({ prompt: '', inputs, connection: 'sandbox', model: 'dall-e-2' })).jobs.length, 1);
    const error = await refusal('unsupported_parameter', /can't make variations/, { prompt: '', inputs });
    assert.match(error.hint ?? '', /prompt/);
  });
});
