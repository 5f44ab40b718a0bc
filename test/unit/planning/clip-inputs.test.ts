import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findModel } from '../../../src/core/catalog/catalog.ts';
import type { VideoModel } from '../../../src/core/catalog/model.ts';
import { builtInConnections, type Connection } from '../../../src/core/connections/connection.ts';
import { sha256OfFile } from '../../../src/core/outputs/file-hash.ts';
import { sidecarText } from '../../../src/core/outputs/sidecar.ts';
import { readInputs } from '../../../src/core/planning/inputs.ts';
import { resolveSource } from '../../../src/core/planning/source.ts';
import { quicktimeClip, sampleClip } from '../../support/sample-clips.ts';

describe('A clip that is sent', function () {
  this.timeout(20_000);
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    path = join(folder, 'clip.mp4');
    await writeFile(path, await sampleClip());
  });
  afterEach(() => rm(folder, { recursive: true }));

  const modelOf = (id: string): VideoModel => {
    const model = findModel(id);
    assert.ok(model?.kind === 'video');
    return model;
  };
  const connectionOf = (id: string): Connection => {
    const connection = builtInConnections.find((each) => each.id === id);
    assert.ok(connection);
    return connection;
  };
  const read = (id: string) => readInputs([{ role: 'video', path }], modelOf(id));

  it('is taken where it can be played, also from QuickTime', async () => {
    const [input] = await read('sora-2');
    assert.deepEqual([input?.file.mime, input?.file.sha256], ['video/mp4', await sha256OfFile(path)]);
    await writeFile(path, await quicktimeClip(await sampleClip()));
    assert.equal((await read('sora-2'))[0]?.file.mime, 'video/quicktime');
  });

  it('is refused where it is cut off, saying so', async () => {
    await writeFile(path, (await sampleClip()).subarray(0, 700));
    await assert.rejects(read('sora-2'), { code: 'invalid_request', message: /clip\.mp4 can't be played: its end/ });
  });

  it('is refused where it is longer than the model takes', async () => {
    await writeFile(path, await sampleClip({ seconds: 12, framesPerSecond: 2 }));
    await assert.rejects(read('gemini-omni-1.1-flash'), {
      code: 'invalid_request',
      message: /12 seconds.* at most 10/,
    });
    assert.equal((await read('gemini-omni-1.2-flash')).length, 1);
    await writeFile(path, await sampleClip({ seconds: 10, framesPerSecond: 2 }));
    assert.equal((await read('gemini-omni-1.1-flash')).length, 1);
  });

  it('is what its sidecar says only while it has the same bytes', async () => {
    const sha256 = (await sha256OfFile(path)) ?? '';
    const text = sidecarText({
      workspaceFolder: folder,
      facts: { sha256, bytes: 1, mime: 'video/mp4' },
      request: { kind: 'video', connection: 'sandbox', model: 'sora-2', prompt: 'p', parameters: {}, inputs: [] },
      requestHash: sha256,
      batch: 'b',
      index: 0,
      provider: { operation: { id: 'video_7' } },
      carriesProvenance: false,
      createdAt: 0,
      tool: 't',
    });
    await writeFile(`${path}.json`, text);
    const resolve = () =>
      resolveSource({ action: 'edit', clip: path }, modelOf('sora-2'), connectionOf('sandbox'), {
        findJob: () => Promise.resolve(undefined),
      });
    assert.deepEqual(await resolve(), { source: { action: 'edit', id: 'video_7' }, from: [sha256] });
    await writeFile(path, await sampleClip({ seconds: 2 }));
    assert.deepEqual(await resolve(), { source: { action: 'edit' }, input: { role: 'video', path } });
  });
});
