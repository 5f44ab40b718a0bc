import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStateFolder } from '../../../src/core/sandbox/videos/state-folder.ts';
import { stateOf, videoJobSchema, type VideoJob } from '../../../src/core/sandbox/videos/video-job.ts';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { openSandbox, plainPng, postForm, sandboxUrl } from './support.ts';
import { bytesOf, clipFacts, createVideo, getContent, getVideo, tiny, type WireVideo } from './video-support.ts';

const dayMs = 24 * 60 * 60 * 1000;

function jobOf(more: Partial<VideoJob> = {}): VideoJob {
  return {
    version: 1,
    id: 'video_aaaaaaaaaaaaaaaaaaaaaaaa',
    protocol: 'openai',
    model: 'm',
    prompt: 'a fox',
    createdAt: 1_000_000,
    workMs: 10_000,
    width: 64,
    height: 64,
    chapters: [{ prompt: 'a fox', seed: 'a fox', seconds: 4, notes: [], references: [] }],
    happened: {},
    wire: {},
    ...more,
  };
}

describe('the state of a video job', () => {
  it('follows from its start and the clock', () => {
    const at = (afterMs: number): string => {
      const { status, progress } = stateOf(jobOf(), 1_000_000 + afterMs);
      return `${status} ${progress}`;
    };
    assert.deepEqual([0, 1_499, 1_500, 5_750, 9_999, 10_000].map(at), [
      'queued 0',
      'queued 0',
      'working 0',
      'working 50',
      'working 99',
      'done 100',
    ]);
    const done = stateOf(jobOf(), 1_000_000 + dayMs + 9_999);
    assert.deepEqual([done.finishedAt, done.expiresAt, done.hasClip], [1_010_000, 1_010_000 + dayMs, true]);
    assert.equal(stateOf(jobOf(), 1_010_000 + dayMs).hasClip, false);
    assert.equal(stateOf(jobOf({ workMs: 0 }), 1_000_000).status, 'done');
    assert.equal(stateOf(jobOf(), 0).status, 'queued');
  });

  it('is cancelled when that came before its end', () => {
    assert.equal(stateOf(jobOf({ cancelledAt: 1_005_000 }), 1_006_000).status, 'cancelled');
    assert.equal(stateOf(jobOf({ cancelledAt: 1_005_000 }), 2_000_000).status, 'cancelled');
    assert.equal(stateOf(jobOf({ cancelledAt: 1_010_000 }), 1_010_000).status, 'done');
  });
});

describe('video jobs of the sandbox', function () {
  this.timeout(60_000);
  let folder: string;
  let clock: FakeClock;
  let first: Sandbox;
  let second: Sandbox;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    clock = createFakeClock();
    first = openSandbox({ clock, stateFolder: folder });
    second = openSandbox({ clock, stateFolder: folder });
  });
  afterEach(async () => {
    await first.dispose();
    await second.dispose();
    await rm(folder, { recursive: true });
  });

  it('are polled, listed, fetched and deleted by another process than the one that began them', async () => {
    const video = await createVideo(first, { prompt: 'a boat', ...tiny });
    assert.equal((await getVideo(second, video.id)).status, 'queued');
    await clock.advance(1_500);
    assert.equal((await getVideo(second, video.id)).status, 'in_progress');
    assert.equal((await getContent(second, video.id)).status, 400);
    await clock.advance(1_500);
    const finished = await getVideo(second, video.id);
    assert.deepEqual([finished.status, finished.progress], ['completed', 100]);
    const bytes = await bytesOf(await getContent(second, video.id));
    assert.deepEqual(await bytesOf(await getContent(first, video.id)), bytes);
    assert.equal((await clipFacts(bytes)).frames, 24);
    const deleted = await second.fetch(`${sandboxUrl}/videos/${video.id}`, { method: 'DELETE' });
    assert.deepEqual(await deleted.json(), { id: video.id, object: 'video.deleted', deleted: true });
    assert.equal((await first.fetch(`${sandboxUrl}/videos/${video.id}`)).status, 404);
  });

  it('are remixed, edited and extended by another process, with the pictures they came from', async () => {
    const picture = plainPng('first.png', 64, [200, 30, 30, 255]);
    const form = {
      prompt: 'a red sky [time:0]',
      model: 'tiny-model',
      size: '64x64',
      seconds: '1',
      input_reference: picture,
    };
    const created = (await (await postForm(first, '/videos', form)).json()) as WireVideo;
    const remix = await createVideo(second, { prompt: 'at night [time:0]' }, `/videos/${created.id}/remix`);
    const edit = await createVideo(second, { prompt: 'x [time:0]', video: { id: remix.id } }, '/videos/edits');
    const extension = await createVideo(
      second,
      { prompt: 'x [time:0]', seconds: '4', video: { id: edit.id } },
      '/videos/extensions',
    );
    assert.deepEqual(
      [remix, edit, extension].map((video) => [video.remixed_from_video_id, video.size, video.seconds]),
      [
        [created.id, '64x64', '1'],
        [remix.id, '64x64', '1'],
        [edit.id, '64x64', '5'],
      ],
    );
    const facts = await clipFacts(await bytesOf(await getContent(first, extension.id)));
    assert.deepEqual([facts.seconds, facts.width], [5, 64]);
  });

  it('go on from a file of a clip, whoever hands it over', async () => {
    const video = await createVideo(first, { prompt: 'a boat [time:0]', ...tiny });
    const clip = new File([await bytesOf(await getContent(first, video.id))], 'clip.mp4', { type: 'video/mp4' });
    const elsewhere = openSandbox({ clock });
    const response = await postForm(elsewhere, '/videos/extensions', {
      prompt: 'x [time:0]',
      seconds: '4',
      video: clip,
    });
    const extension = (await response.json()) as WireVideo;
    assert.deepEqual([extension.seconds, extension.size, extension.remixed_from_video_id], ['5', '96x64', null]);
    const facts = await clipFacts(await bytesOf(await getContent(elsewhere, extension.id)));
    assert.equal(facts.seconds, 5);
    await elsewhere.dispose();
  });

  it('are drawn once: the file lies in the folder, and one that was changed is drawn again', async () => {
    const video = await createVideo(first, { prompt: 'a boat [time:0]', ...tiny });
    const bytes = await bytesOf(await getContent(first, video.id));
    const [name = ''] = await readdir(join(folder, 'drawn'));
    const path = join(folder, 'drawn', name);
    const kept = await readFile(path);
    for (const broken of [kept.subarray(0, 1000), Buffer.alloc(0), Buffer.from('x'.repeat(500))]) {
      await writeFile(path, broken);
      assert.deepEqual(await bytesOf(await getContent(second, video.id)), bytes);
    }
    assert.deepEqual(await readFile(path), kept);
  });

  it('leave no half-written files', async () => {
    const prompts = Array.from({ length: 10 }, (_, index) => `a boat ${index} [time:0]`);
    await Promise.all(prompts.map((prompt, index) => createVideo(index % 2 ? first : second, { prompt, ...tiny })));
    const names = await readdir(join(folder, 'jobs'));
    assert.equal(names.length, 10);
    assert.ok(names.every((name) => name.endsWith('.json')));
  });

  it('have ids of their own even where randomness fails', async () => {
    const stuck = openSandbox({ clock, random: () => 0.5, stateFolder: folder });
    const ids = [];
    for (let index = 0; index < 3; index++) ids.push((await createVideo(stuck, { prompt: 'x', ...tiny })).id);
    assert.equal(new Set(ids).size, 3);
    await stuck.dispose();
  });

  it('ignore what is broken, hostile or not theirs in the folder', async () => {
    const video = await createVideo(first, { prompt: 'a boat', ...tiny });
    const jobs = join(folder, 'jobs');
    const real = await readFile(join(jobs, `${video.id}.json`), 'utf8');
    const idOf = (letter: string): string => `video_${letter.repeat(24)}`;
    await writeFile(join(jobs, `${idOf('a')}.json`), '');
    await writeFile(join(jobs, `${idOf('b')}.json`), '{"version":1');
    await writeFile(join(jobs, `${idOf('c')}.json`), real);
    await writeFile(
      join(jobs, `${idOf('d')}.json`),
      real.replaceAll(video.id, idOf('d')).replace('"width":96', '"width":96000'),
    );
    await writeFile(join(jobs, `${idOf('e')}.json`), `${real.replaceAll(video.id, idOf('e'))}${' '.repeat(3_000_000)}`);
    await writeFile(
      join(jobs, `${idOf('f')}.json`),
      real.replaceAll(video.id, idOf('f')).replace('"references":[]', '"references":["../../secret"]'),
    );
    await writeFile(join(jobs, 'notes.txt'), 'hello');
    await mkdir(join(jobs, `${idOf('g')}.json`));
    await writeFile(join(folder, 'elsewhere.json'), real.replaceAll(video.id, idOf('h')));
    await symlink(join(folder, 'elsewhere.json'), join(jobs, `${idOf('h')}.json`));
    const list = (await (await second.fetch(`${sandboxUrl}/videos`)).json()) as { data: WireVideo[] };
    assert.deepEqual(
      list.data.map(({ id }) => id),
      [video.id],
    );
    for (const letter of 'abcdefgh')
      assert.equal((await second.fetch(`${sandboxUrl}/videos/${idOf(letter)}`)).status, 404, letter);
  });

  it('are looked for under their own names only', async () => {
    await createVideo(first, { prompt: 'a boat', ...tiny });
    await writeFile(join(folder, 'video_outside.json'), '{}');
    for (const id of ['..%2Fvideo_outside', '%2e%2e', 'video_', 'video_A', `video_${'a'.repeat(100)}`, 'video_%00'])
      assert.equal((await first.fetch(`${sandboxUrl}/videos/${id}`)).status, 404, id);
  });

  it('are thrown away after seven days, and the oldest of more than 500', async () => {
    const folderOf = createStateFolder(folder, clock);
    const job = (index: number, createdAt: number): VideoJob =>
      jobOf({ id: `video_${String(index).padStart(24, '0')}`, createdAt });
    await folderOf.add(job(0, clock.now() - 8 * dayMs));
    for (let index = 1; index <= 503; index++) await folderOf.add(job(index, clock.now() - index));
    assert.equal((await folderOf.list()).length, 504);
    await clock.advance(2 * 60 * 60 * 1000);
    await folderOf.add(job(999, clock.now()));
    const left = await folderOf.list();
    assert.deepEqual([left.length, left[0]?.id, left.at(-1)?.id], [501, job(999, 0).id, job(500, 0).id]);
  });

  it('lie in a folder of the sandbox alone where none is given, which ends with it', async () => {
    const before = new Set(await readdir(tmpdir()));
    const alone = openSandbox({ clock });
    const video = await createVideo(alone, { prompt: 'a boat', ...tiny });
    const made = (await readdir(tmpdir())).filter((name) => name.startsWith('shotlist-sandbox-') && !before.has(name));
    const own: string[] = [];
    for (const name of made) {
      const names = await readdir(join(tmpdir(), name, 'jobs')).catch((): string[] => []);
      if (names.includes(`${video.id}.json`)) own.push(join(tmpdir(), name));
    }
    assert.equal(own.length, 1);
    await alone.dispose();
    await assert.rejects(access(own[0] ?? ''), { code: 'ENOENT' });
    await access(folder);
  });

  it('are written as what is read again', async () => {
    const video = await createVideo(first, { prompt: 'a boat', ...tiny });
    const written: unknown = JSON.parse(await readFile(join(folder, 'jobs', `${video.id}.json`), 'utf8'));
    assert.deepEqual(videoJobSchema.parse(written), written);
  });
});
