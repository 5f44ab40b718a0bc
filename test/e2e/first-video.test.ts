import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from './session.ts';

describe('from a prompt to a video in the workspace', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
  });
  after(() => session.stop());

  const outputs = (extension: string): string[] => {
    const folder = join(session.workspace, 'shotlist-output');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(extension)) : [];
  };

  it('the view Jobs says what it is for while there are none', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Focus on Jobs View');
    await workbench.page.locator('.welcome-view-content', { hasText: 'Videos and images show here' }).waitFor();
    await workbench.screenshot('video-1-no-jobs');
  });

  it('the keyboard is enough: prompt, Enter, and what will be made with its price, Enter', async () => {
    const { page } = session.workbench;
    await page.keyboard.press('F1');
    await session.workbench.quickInput().waitFor();
    await page.keyboard.type('Shotlist: Generate Video…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Generate Video…' }).first().waitFor();
    await page.keyboard.press('Enter');
    await session.workbench.quickInput('What should the video show?').waitFor();
    await session.workbench.screenshot('video-2-prompt');
    await page.keyboard.type('A red fox runs through deep snow');
    await page.keyboard.press('Enter');
    await session.workbench.dialog('Shotlist has no key for Google Gemini yet.');
    await session.workbench.screenshot('video-3-no-key');
    await session.workbench.answerDialog('Shotlist has no key', 'Try the Sandbox');
    await session.workbench.quickInput('Press Enter to make it').waitFor();
    await session.workbench.screenshot('video-4-what-will-be-made');
    await page.keyboard.press('Enter');
    await session.workbench.notification(/making 1 video/);
    await session.workbench.screenshot('video-5-running');
    await session.workbench.notification(/Made .+\.mp4 in the sandbox/, { timeoutMs: 60_000 });
    await session.workbench.screenshot('video-6-made');
    assert.equal(outputs('.mp4').length, 1);
    assert.deepEqual(
      outputs('.json'),
      outputs('.mp4').map((name) => `${name}.json`),
    );
  });
});

describe('a video that is running when the window is loaded again', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
  });
  after(() => session.stop());

  const clips = (): string[] => {
    const folder = join(session.workspace, 'shotlist-output');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.mp4')) : [];
  };

  it('shows in the view Jobs with its progress, and the badge counts it', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Focus on Jobs View');
    await workbench.command('Shotlist: Generate Video…');
    await workbench.type('[time:25000] Lighthouse', { title: 'Generate Video' });
    await workbench.answerDialog('Shotlist has no key', 'Try the Sandbox');
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.pick('Model');
    await workbench.quickInput('Which model makes the video?').waitFor();
    await workbench.page.keyboard.type('Sora 2');
    await workbench.pick('Sora 2');
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.pick('Make Video');
    await workbench.job(/Lighthouse.* % · 0:\d\d/s).waitFor();
    await workbench.page.locator('.activitybar .badge', { hasText: '1' }).first().waitFor();
    await workbench.screenshot('reload-1-running');
    assert.deepEqual(clips(), []);
  });

  it('goes on: this is said once, and the clip is there', async () => {
    await session.reload();
    const { workbench } = session;
    await workbench.notification('Shotlist goes on with 1 video.');
    await workbench.statusItem('1 video…');
    await workbench.screenshot('reload-2-goes-on');
    await workbench.notification(/Made .+.*\.mp4/, { timeoutMs: 60_000 });
    await workbench.screenshot('reload-3-made');
    const [clip, other] = clips();
    assert.ok(clip);
    assert.equal(other, undefined, 'it is made once');
    const bytes = readFileSync(join(session.workspace, 'shotlist-output', clip));
    assert.equal(bytes.subarray(4, 8).toString('latin1'), 'ftyp');
    assert.ok(existsSync(join(session.workspace, 'shotlist-output', `${clip}.json`)));
    await workbench.job(/Lighthouse.*in \d/s).waitFor();
  });
});
