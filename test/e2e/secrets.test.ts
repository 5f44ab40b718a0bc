import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from './session.ts';

const secret = 'canary.0123456789.canary';

describe('a key typed into VS Code', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
  });
  after(() => session.stop());

  async function diagnostics(): Promise<string> {
    const { workbench } = session;
    await workbench.page.evaluate(`navigator.clipboard.writeText('')`);
    await workbench.command('Shotlist: Copy Diagnostics');
    await workbench.notification('The diagnostics are on the clipboard');
    const text = await workbench.page.evaluate<string>('navigator.clipboard.readText()');
    await workbench.clearNotifications();
    return text;
  }

  /** The files of this run, the browser's profile too, that hold the text as UTF-8 or UTF-16. */
  function filesWith(text: string): string[] {
    const { root } = session.folders;
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
    return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => {
      const file = join(root, path);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
      const bytes = readFileSync(file);
      return forms.some((form) => bytes.includes(form));
    });
  }

  it('is asked for hidden, with the host that it goes to', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Set API Key…');
    await workbench.pick('OpenAI');
    const input = workbench.quickInput('sent only to api.openai.com');
    await input.waitFor();
    assert.equal(await input.locator('input:not([type="checkbox"])').first().getAttribute('type'), 'password');
    await workbench.screenshot('secret-1-input');
    await workbench.type(secret);
    await workbench.notification('The key for OpenAI is stored.');
    await workbench.screenshot('secret-2-stored');
    await workbench.clearNotifications();
    assert.match(await diagnostics(), /- openai at api\.openai\.com, key: secret storage/);
  });

  it('survives a reload of the window and a restart', async () => {
    await session.reload();
    assert.match(await diagnostics(), /key: secret storage/);
    await session.restart();
    assert.match(await diagnostics(), /key: secret storage/);
  });

  it('is in no file in clear text', () => {
    assert.deepEqual(filesWith(secret), []);
    // the same search does find what is there
    assert.ok(filesWith('A red fox in the snow').length > 0);
    assert.ok(filesWith('shotlist.copyDiagnostics').length > 0);
  });

  it('is gone when it is removed', async () => {
    const { workbench } = session;
    await workbench.command('Shotlist: Remove API Key');
    await workbench.pick('openai');
    await workbench.notification('The key of "openai" is removed.');
    await workbench.clearNotifications();
    assert.match(await diagnostics(), /- openai at api\.openai\.com, key: none/);
  });
});
