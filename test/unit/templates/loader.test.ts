import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileLoader, maxFileBytes } from '../../../src/core/templates/loader.ts';
import { TemplateFault } from '../../../src/core/templates/values/fault.ts';

describe('The loader of included templates', () => {
  let base = '';
  let root = '';
  const write = (path: string, text: string): void => writeFileSync(join(base, path), text);

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'shotlist-loader-'));
    root = join(base, 'workspace');
    mkdirSync(join(root, 'parts'), { recursive: true });
    mkdirSync(join(base, 'shipped'));
    write('secret.j2', 'secret');
    write('secret.txt', 'secret');
    write('workspace/a.j2', 'A');
    write('workspace/parts/b.j2', 'B');
    write('workspace/colors.txt', 'red\nblue\n');
    write('shipped/a.j2', 'shipped A');
    write('shipped/c.j2', 'shipped C');
  });
  afterEach(() => rmSync(base, { force: true, recursive: true }));

  const load = (name: string): string => createFileLoader([root, join(base, 'shipped')]).loadSource(name).text;

  it('looks in the folders in their order', () => {
    assert.equal(load('a.j2'), 'A');
    assert.equal(load('parts/b.j2'), 'B');
    assert.equal(load('c.j2'), 'shipped C');
  });

  it('reports what was read, with its hash', () => {
    const loader = createFileLoader([root]);
    loader.loadSource('a.j2');
    loader.loadSource('a.j2');
    loader.readChoices('colors.txt');
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const read = loader.files().map(({ path, sha256 }) => [
      path
        .slice(path.lastIndexOf('/') + 1)
        .split('\\')
        .at(-1),
      sha256,
    ]);
    assert.deepEqual(read, [
      ['a.j2', hash('A')],
      ['colors.txt', hash('red\nblue\n')],
    ]);
  });

  for (const name of [
    '../secret.j2',
    'parts/../../secret.j2',
    'parts/./b.j2',
    '..',
    '',
    '/etc/passwd',
    '/etc/hostname.j2',
    '//server/share/a.j2',
    '\\\\server\\share\\a.j2',
    'parts\\b.j2',
    '..\\secret.j2',
    'C:/a.j2',
    'C:a.j2',
    'a.j2:stream.j2',
    'a.j2\0.j2',
    'a.txt',
    'colors.txt',
    '.env',
    'a.J2',
    'a.j2/',
    'parts//b.j2',
    'file:///etc/passwd.j2',
  ]) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      assert.throws(
        () => load(name),
        (error) => error instanceof TemplateFault && error.kind === 'Limit',
      );
    });
  }

  for (const name of [
    '%2e%2e/secret.j2',
    '..%2fsecret.j2',
    'nope.j2',
    'parts/nope.j2',
    'a.j2/b.j2',
    'parts.j2',
    '~/a.j2',
  ]) {
    it(`finds nothing called ${name}`, () => {
      assert.throws(
        () => load(name),
        (error) => error instanceof TemplateFault && error.kind === 'TemplateNotFound',
      );
    });
  }

  it('refuses a link that leads out of the folder, to a file or through a folder', () => {
    symlinkSync(join(base, 'secret.j2'), join(root, 'link.j2'));
    symlinkSync(base, join(root, 'out'));
    for (const name of ['link.j2', 'out/secret.j2']) assert.throws(() => load(name), /leads out of the folders/);
  });

  it('refuses a link to a file that is no template', () => {
    write('workspace/notes.env', 'KEY=1');
    symlinkSync(join(root, 'notes.env'), join(root, 'notes.j2'));
    assert.throws(() => load('notes.j2'), /leads out of the folders/);
  });

  it('follows a link inside the folder, and a folder that is itself a link', () => {
    symlinkSync(join(root, 'parts', 'b.j2'), join(root, 'inside.j2'));
    symlinkSync(root, join(base, 'alias'));
    assert.equal(load('inside.j2'), 'B');
    assert.equal(createFileLoader([join(base, 'alias')]).loadSource('a.j2').text, 'A');
  });

  it('does not take a folder beside the root for one inside it', () => {
    mkdirSync(join(base, 'workspace-two'));
    write('workspace-two/x.j2', 'x');
    symlinkSync(join(base, 'workspace-two', 'x.j2'), join(root, 'x.j2'));
    assert.throws(() => load('x.j2'), /leads out of the folders/);
  });

  it('refuses folders, large files and what is no text', () => {
    mkdirSync(join(root, 'folder.j2'));
    write('workspace/large.j2', 'x'.repeat(maxFileBytes + 1));
    write('workspace/limit.j2', 'x'.repeat(maxFileBytes));
    writeFileSync(join(root, 'binary.j2'), Buffer.from([0xff, 0xfe, 0x00]));
    assert.throws(() => load('folder.j2'), /is not a file|cannot be read/);
    assert.throws(() => load('large.j2'), /larger than 64 KiB/);
    assert.equal(load('limit.j2').length, maxFileBytes);
    assert.throws(() => load('binary.j2'), /is not UTF-8/);
  });

  it('reads choices from text files only, by the same rules', () => {
    const loader = createFileLoader([root]);
    assert.equal(loader.readChoices('colors.txt'), 'red\nblue\n');
    for (const name of ['a.j2', '../secret.txt', '/etc/hostname'])
      assert.throws(() => loader.readChoices(name), TemplateFault);
  });
});
