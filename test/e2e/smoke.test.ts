import assert from 'node:assert/strict';
import { Session } from './session.ts';

describe('the packed extension in VS Code', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain' });
  });
  after(() => session.stop());

  it('is installed', async () => {
    const { workbench } = session;
    await workbench.command('Extensions: Show Installed Extensions');
    await workbench.page.locator('.extension-list-item', { hasText: 'Shotlist' }).waitFor();
    await workbench.screenshot('smoke-installed');
  });

  it('lets the driver select text and read a context menu', async () => {
    const { workbench } = session;
    await workbench.openFile('notes.md');
    await workbench.select('red fox in the snow');
    const menu = await workbench.editorContextMenu();
    await workbench.screenshot('smoke-context-menu');
    const entries = await menu.entries();
    await menu.choose('Copy');
    assert.ok(entries.includes('Cut'), entries.join());
    assert.match(await workbench.editorText(), /A red fox in the snow, morning light\./);
  });

  it('lets the driver read the explorer and its context menu', async () => {
    const { workbench } = session;
    const menu = await workbench.explorerContextMenu('notes.md');
    const entries = await menu.entries();
    await menu.close();
    assert.ok(entries.includes('Copy Path'), entries.join());
  });

  it('comes back after a reload and a restart', async () => {
    await session.reload();
    await session.workbench.openFile('notes.md');
    await session.restart();
    await session.workbench.openFile('notes.md');
    assert.equal(await session.workbench.offersCommand('Developer: Reload Window'), true);
    assert.equal(await session.workbench.offersCommand('Shotlist: There Is No Such Command'), false);
  });
});

describe('a workspace that is not trusted', () => {
  let session: Session;
  before(async () => {
    session = await Session.start({ workspace: 'plain', workspaceTrust: true });
  });
  after(() => session.stop());

  it('is shown as restricted, and can be trusted', async () => {
    const { workbench } = session;
    const item = await workbench.statusItem('Restricted Mode');
    await workbench.screenshot('smoke-restricted');
    await workbench.trustWorkspace();
    await item.waitFor({ state: 'detached' });
  });
});
