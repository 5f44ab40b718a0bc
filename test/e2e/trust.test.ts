import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Session } from './session.ts';

describe('Shotlist in a workspace that is not trusted', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain', workspaceTrust: true });
  });
  after(() => session.stop());

  it('offers nothing that sends or writes', async () => {
    const { workbench } = session;
    await workbench.openFile('notes.md');
    await workbench.select('red fox in the snow');
    const menu = await workbench.editorContextMenu();
    assert.ok(!(await menu.entries()).includes('Generate Image from Selection'));
    await menu.close();
    assert.equal(await workbench.offersCommand('Shotlist: Generate Image…'), false);
    assert.equal(await workbench.offersCommand('Shotlist: Show Log'), true);
    assert.deepEqual(readdirSync(session.workspace), ['notes.md']);
  });

  it('offers everything once the workspace is trusted', async () => {
    const { workbench } = session;
    await workbench.trustWorkspace();
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
    assert.equal(await workbench.offersCommand('Shotlist: Generate Image…'), true);
    await workbench.openFile('notes.md');
    await workbench.focusEditor();
    await workbench.statusItem('(19 selected)');
    const menu = await workbench.editorContextMenu({ offering: 'Generate Image from Selection' });
    assert.ok((await menu.entries()).includes('Generate Image from Selection'));
    await menu.close();
  });
});
