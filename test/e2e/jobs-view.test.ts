import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/paths.ts';
import { runEnvironment } from '../host/run-folders.ts';
import { Session } from './session.ts';

const small = ['--resolution', '360p', '--seconds', '3'];

describe('the view Jobs', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
    const { workbench } = session;
    await workbench.command('Shotlist: Switch Connection…');
    await workbench.pick('Sandbox');
    await workbench.command('Shotlist: Focus on Jobs View');
  });
  after(() => session.stop());

  /** The command line in the same workspace, by the same person. Its exit code is the test's business. */
  async function shotlist(...args: string[]): Promise<void> {
    const command = [join(ROOT, 'dist', 'cli.js'), ...args, '--connection', 'sandbox', '--quiet'];
    const options = { cwd: session.workspace, env: runEnvironment(session.folders) };
    await promisify(execFile)(process.execPath, command, options).catch(() => undefined);
  }

  it('shows what another process does while it does it', async () => {
    const { workbench } = session;
    await shotlist('image', 'A lighthouse at dusk');
    await workbench.job('A lighthouse at dusk').waitFor();
    await shotlist('video', 'A balloon over green hills', ...small);
    await workbench.job(/A balloon over green hills.*in \d/s).waitFor();
    await shotlist('video', '[end:moderation] Fox', ...small);
    await workbench.job('[end:moderation] Fox').waitFor();
    await shotlist('image', '[drop] A lost boat');
    await workbench.job('sent, no answer').waitFor();
    await shotlist('video', 'Three boats in the fog', '-n', '3', ...small);
    await workbench.job('3 of 3 done').waitFor();
  });

  it('shows a running video with its progress and its time', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Generate Video…');
    await workbench.type('[time:600000] A red fox', { title: 'Generate Video' });
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.pick('Model');
    await workbench.quickInput('Which model makes the video?').waitFor();
    await workbench.screenshot('video-models');
    await workbench.page.keyboard.type('Sora 2');
    await workbench.pick('Sora 2');
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.screenshot('video-choice');
    await workbench.pick('Make Video');
    await workbench.job(/A red fox.* % · 0:\d\d/s).waitFor({ timeout: 60_000 });
    await workbench.notification('making 1 video');
  });

  for (const [theme, selector] of [
    ['Dark Modern', '.vs-dark'],
    ['Light Modern', '.vs'],
    ['Dark High Contrast', '.hc-black'],
  ] as const) {
    it(`can be read in ${theme}`, async () => {
      const { page } = session.workbench;
      await session.workbench.command('Preferences: Color Theme');
      await session.workbench.quickInput().waitFor();
      await page.keyboard.type(theme);
      await page.keyboard.press('Enter');
      await page.locator(`.monaco-workbench${selector}`).waitFor();
      await session.workbench.screenshot(`jobs-${theme}`);
    });
  }

  it('says all about a job where the pointer rests', async () => {
    const { workbench } = session;
    await workbench.job('A balloon over green hills').hover();
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'gemini-omni-1.1-flash at sandbox' });
    await hover.waitFor();
    await workbench.screenshot('jobs-hover');
    assert.match(await hover.innerText(), /State: done/);
  });

  it('offers what can be done with each', async () => {
    const { workbench } = session;
    const entriesOf = async (text: string): Promise<string[]> => {
      await workbench.job(text).click({ button: 'right' });
      const menu = await workbench.contextMenu();
      await workbench.screenshot(`jobs-menu-${text}`);
      const entries = await menu.entries();
      await menu.close();
      return entries;
    };
    assert.deepEqual(await entriesOf('A balloon over green hills'), [
      'Open',
      'Open Outside',
      'Reveal in Explorer',
      'Show How It Was Made',
      'Remix Video…',
      'Make Again…',
      'Copy Prompt',
    ]);
    assert.deepEqual(await entriesOf('A red fox'), ['Copy Prompt', 'Cancel Job…']);
    assert.deepEqual(await entriesOf('A lost boat'), ['Make Again…', 'Copy Prompt', 'Cancel Job…']);
  });

  it('cancels a running video by its button', async () => {
    const { workbench } = session;
    const row = workbench.job('A red fox');
    await row.hover();
    await row.locator('.action-label[aria-label*="Cancel Job"]').click();
    await workbench.job(/A red fox.*cancelled/s).waitFor();
    await workbench.screenshot('jobs-cancelled');
  });

  it('leaves the palette and the keyboard usable while ten videos hang, and stops each of them', async () => {
    const { workbench } = session;
    const { page } = workbench;
    await workbench.command('Shotlist: Generate Video…');
    await workbench.type('[end:never] Hanging', { title: 'Generate Video' });
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.pick('Number');
    await workbench.pick('10 videos');
    await workbench.quickInput('Press Enter to make it').waitFor();
    await workbench.pick('Make 10 Videos');
    await workbench.job('0 of 10 done').waitFor();
    await page.locator('.activitybar .badge', { hasText: '10' }).first().waitFor();

    const started = performance.now();
    await workbench.openFile('notes.md');
    await workbench.focusEditor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('still typed ');
    await page.locator('.view-line', { hasText: 'still typed # A storyboard' }).waitFor();
    assert.ok(performance.now() - started < 15_000, 'as long as a person would put up with on a loaded machine');
    await workbench.command('Shotlist: Focus on Jobs View');
    await workbench.screenshot('jobs-ten-hanging');

    for (let number = 1; number <= 10; number++) {
      const row = page.locator('.pane-body .monaco-list-row', {
        has: page.getByText(`Video ${number}`, { exact: true }),
      });
      await row.first().hover();
      await row.first().locator('.action-label[aria-label*="Cancel Job"]').click();
      await row.first().filter({ hasText: 'cancelled' }).waitFor();
    }
    await page.locator('.activitybar .badge', { hasText: '10' }).waitFor({ state: 'detached' });
    await workbench.screenshot('jobs-ten-cancelled');
  });
});
