import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Session } from './session.ts';

const prompt = 'A red fox in the snow, morning light.';

describe('from a selection to an image in the workspace', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
  });
  after(() => session.stop());

  const outputs = (extension: string): string[] => {
    const folder = join(session.workspace, 'shotlist-output');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(extension)) : [];
  };

  it('the context menu of the selection offers it', async () => {
    const { workbench } = session;
    await workbench.openFile('notes.md');
    await workbench.select(prompt);
    const menu = await workbench.editorContextMenu({ offering: 'Generate Image from Selection' });
    await workbench.screenshot('first-image-1-menu');
    assert.ok((await menu.entries()).includes('Generate Image from Selection'));
    await menu.choose('Generate Image from Selection');
  });

  it('without a key the person chooses: set one, or the sandbox', async () => {
    const { workbench } = session;
    const dialog = await workbench.dialog('Shotlist has no key for OpenAI yet.');
    await workbench.screenshot('first-image-2-no-key');
    const buttons = await dialog.locator('.monaco-button').allInnerTexts();
    assert.deepEqual(
      buttons
        .map((button) => button.trim())
        .filter((button) => button !== '')
        .toSorted(),
      ['Cancel', 'Set API Key…', 'Try the Sandbox'],
    );
    assert.deepEqual(readdirSync(session.workspace), ['notes.md'], 'nothing is written before the answer');
    await workbench.answerDialog('Shotlist has no key', 'Try the Sandbox');
  });

  it('the picture and its sidecar are in the workspace, and the picture is shown beside', async () => {
    const { workbench } = session;
    await workbench.notification(/Made .+\.png in the sandbox/);
    await workbench.page.locator('.tab.active', { hasText: '.png' }).waitFor();
    await workbench.screenshot('first-image-3-made');
    const [image] = outputs('.png');
    assert.ok(image);
    assert.deepEqual(outputs('.json'), [`${image}.json`]);
    const bytes = readFileSync(join(session.workspace, 'shotlist-output', image));
    assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const sidecar = readFileSync(join(session.workspace, 'shotlist-output', `${image}.json`), 'utf8');
    assert.equal((JSON.parse(sidecar) as { request: { prompt: string } }).request.prompt, prompt);
  });

  it('Insert in Editor puts the link into the document', async () => {
    const { workbench } = session;
    await workbench.answerNotification('Made', 'Insert in Editor');
    await workbench.page.locator('.view-line', { hasText: '![A red fox in the snow' }).waitFor();
    await workbench.webview('img', { timeoutMs: 60_000 });
    await workbench.screenshot('first-image-4-inserted');
    await workbench.openFile('notes.md');
    await workbench.command('File: Save');
    await workbench.page.locator('.tab.active:not(.dirty)', { hasText: 'notes.md' }).waitFor();
    const [image] = outputs('.png');
    const link = `![A red fox in the snow, morning light.](shotlist-output/${image})`;
    const saved = (): string => readFileSync(join(session.workspace, 'notes.md'), 'utf8');
    // VS Code empties a file before it writes it
    await until('the saved document', () => saved() !== '');
    assert.equal(saved(), `# A storyboard\n\n${prompt}\n\n${link}\n`);
  });

  it('the choice is remembered, and shown in the status bar', async () => {
    const { workbench } = session;
    await workbench.statusItem('Shotlist: sandbox');
    await workbench.command('Shotlist: Generate Image…');
    await workbench.type('A lighthouse in a storm', { title: 'Generate Image' });
    await workbench.notification(/Made .+lighthouse.+\.png in the sandbox/);
    assert.equal(outputs('.png').length, 2);
    await workbench.clearNotifications();
  });

  it('Edit Image… is in the explorer, for one image or several', async () => {
    const { workbench } = session;
    const [first, second] = outputs('.png').map((name) => join(session.workspace, 'shotlist-output', name));
    assert.ok(first && second);
    copyFileSync(first, join(session.workspace, 'day.png'));
    copyFileSync(second, join(session.workspace, 'storm.png'));
    await workbench.explorerItem('day.png').waitFor();
    const text = await workbench.explorerContextMenu('notes.md');
    assert.ok(!(await text.entries()).includes('Edit Image…'), 'not for a text file');
    await text.close();
    const menu = await workbench.explorerContextMenu('day.png', 'storm.png');
    await workbench.screenshot('edit-1-menu');
    await menu.choose('Edit Image…');
    await workbench.quickInput('Edit 2 Images').waitFor();
    await workbench.screenshot('edit-2-change');
    await workbench.type('Make it night', { title: 'Edit 2 Images' });
    await workbench.notification(/Made .+night.+\.png/);
    await workbench.screenshot('edit-3-made');
    assert.equal(outputs('.png').length, 3);
    await workbench.clearNotifications();
  });

  it('an error is one sentence with what mends it', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Generate Image…');
    await workbench.type('[fail:quota_exceeded] A fox', { title: 'Generate Image' });
    const toast = await workbench.notification(/quota|credit/i);
    await workbench.page.locator('.notifications-toasts', { hasText: 'making 1 image' }).waitFor({ state: 'hidden' });
    await workbench.screenshot('error-quota');
    assert.match(await toast.innerText(), /Show Log/);
    await workbench.clearNotifications();
  });

  it('a run can be cancelled, and what was sent is told of after a restart', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Generate Image…');
    await workbench.type('[delay:120000] A slow fox', { title: 'Generate Image' });
    const progress = await workbench.notification('making 1 image');
    await workbench.statusItem('1 image…');
    await workbench.screenshot('cancel-1-progress');
    await progress.hover();
    await progress.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await workbench.notification('Stopped. In the sandbox nothing is charged.');
    await workbench.screenshot('cancel-2-cancelled');
    await session.restart();
    await session.workbench.notification(/It is not known what became of 1 image/, { timeoutMs: 60_000 });
    await session.workbench.screenshot('cancel-3-after-restart');
  });

  it('what was left can be discarded', async () => {
    const { workbench } = session;
    await workbench.answerNotification('It is not known', 'Show Jobs');
    const row = workbench.job('A slow fox');
    await row.hover();
    await workbench.screenshot('left-1-job');
    await row.locator('.action-label[aria-label*="Cancel Job"]').click();
    await workbench.job(/A slow fox.*cancelled/s).waitFor();
    await workbench.screenshot('left-2-cancelled');
    await until('the job to be cancelled', () => jobStates().every((state) => state !== 'unknown'));
    assert.ok(jobStates().includes('cancelled'));
  });

  /** As they are in the journal. */
  function jobStates(): string[] {
    const database = new DatabaseSync(join(session.workspace, '.shotlist', 'shotlist.db'), {
      readOnly: true,
      timeout: 5000,
    });
    const rows = database.prepare('SELECT state FROM jobs').all();
    database.close();
    return rows.map((row) => String(row['state']));
  }

  it('nothing but pictures, sidecars and the link is in the workspace', () => {
    const names = readdirSync(session.workspace).toSorted();
    assert.deepEqual(names, ['.shotlist', 'day.png', 'notes.md', 'shotlist-output', 'storm.png']);
    assert.equal(outputs('.png').length, outputs('.json').length);
    assert.deepEqual(outputs(''), [...outputs('.png'), ...outputs('.json')].toSorted());
  });
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(50);
  }
}
