import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import fc from 'fast-check';
import { assertContained, resolvePlace } from '../../../src/core/outputs/containment.ts';

const refusal = { name: 'ShotlistError', code: 'outside_workspace' };

describe('The place of outputs', () => {
  let root = '';
  let workspaceFolder = '';
  const target = async (outputFolder: string, chosen?: string) => ({
    stem: 'fox',
    ...(await resolvePlace({ workspaceFolder, outputFolder, ...(chosen === undefined ? {} : { chosen }) })),
  });

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'shotlist-test-')));
    workspaceFolder = join(root, 'workspace');
    await mkdir(join(workspaceFolder, 'art'), { recursive: true });
    await mkdir(join(root, 'elsewhere'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is the output folder of the workspace', async () => {
    assert.deepEqual(await target('art/new'), {
      folder: join(workspaceFolder, 'art', 'new'),
      stem: 'fox',
      chosen: false,
    });
    assert.equal((await target('.')).folder, workspaceFolder);
  });

  for (const outside of [
    '..',
    '../elsewhere',
    '/etc',
    'art/../../elsewhere',
    '.git',
    '.GIT/hooks',
    'art/.git/hooks',
    '.git.',
    '.git ',
    '.git::$INDEX_ALLOCATION',
    'GIT~1',
    '.g\u200cit',
    '.ｇｉｔ',
    '.vscode',
    '.VsCode/x',
    '.shotlist/recovered',
    'SHOTLI~1',
    'art\\.git',
    'a\0b',
  ]) {
    it(`is never ${JSON.stringify(outside)}`, async () => {
      await assert.rejects(target(outside), refusal);
    });
  }

  it('may be called much like a forbidden folder', async () => {
    for (const name of ['.github', 'git', 'vscode', '.gitx', 'shotlist']) await target(name);
  });

  it('is not reached through links', async () => {
    await symlink(join(root, 'elsewhere'), join(workspaceFolder, 'link'));
    await symlink(join(root, 'nowhere'), join(workspaceFolder, 'dangling'));
    await mkdir(join(workspaceFolder, '.git'));
    await symlink(join(workspaceFolder, '.git'), join(workspaceFolder, 'pictures'));
    for (const folder of ['link', 'link/deeper', 'dangling', 'pictures', 'pictures/hooks']) {
      await assert.rejects(target(folder), refusal, folder);
    }
  });

  it('may be reached through a link that stays inside, also where the workspace itself is reached through one', async () => {
    await symlink(join(workspaceFolder, 'art'), join(workspaceFolder, 'link'));
    await symlink(workspaceFolder, join(root, 'alias'));
    await target('link');
    await assertContained(join(root, 'alias'), join(root, 'alias', 'art'));
  });

  it('is noticed when a link takes its place after it was checked', async () => {
    const { folder } = await target('later');
    await symlink(join(root, 'elsewhere'), folder);
    await assert.rejects(assertContained(workspaceFolder, folder), refusal);
  });

  it('lies in the workspace whatever the settings say', async () => {
    const segment = fc.constantFrom('..', '.', 'art', '.git', 'a b', '~', '%2e%2e', 'C:', '...', '..\\..', '.Git', '');
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 6 }), fc.boolean(), async (segments, isAbsolute) => {
        const given = (isAbsolute ? '/' : '') + segments.join('/');
        const folder = await target(given).then(
          (found) => found.folder,
          (error: { code?: string }) => {
            assert.equal(error.code, 'outside_workspace');
          },
        );
        if (folder !== undefined) assert.ok(folder === workspaceFolder || folder.startsWith(workspaceFolder + sep));
      }),
    );
  });

  it('is wherever the person says: a folder', async () => {
    const folder = join(root, 'elsewhere');
    assert.deepEqual(await target('art', folder), { folder, stem: 'fox', chosen: true });
    assert.deepEqual(await target('art', `${join(root, 'new')}${sep}`), {
      folder: join(root, 'new'),
      stem: 'fox',
      chosen: true,
    });
  });

  it('is wherever the person says: a file, whose ending is remembered', async () => {
    const folder = join(root, 'elsewhere');
    assert.deepEqual(await target('art', join(folder, 'logo.jpeg')), {
      folder,
      stem: 'logo',
      chosen: true,
      extension: 'jpeg',
    });
    assert.deepEqual(await target('art', join(folder, 'v1.2')), { folder, stem: 'v1.2', chosen: true });
    const here = relative(process.cwd(), join(folder, 'logo.png'));
    assert.equal((await target('art', here)).folder, folder);
  });

  it('is a folder where one has the name of a file', async () => {
    await mkdir(join(root, 'odd.png'));
    assert.equal((await target('art', join(root, 'odd.png'))).folder, join(root, 'odd.png'));
    await writeFile(join(root, 'even.png'), '');
    assert.equal((await target('art', join(root, 'even.png'))).stem, 'even');
  });
});
