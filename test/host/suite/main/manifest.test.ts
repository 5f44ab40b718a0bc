import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { settingDefaults } from '../../../../src/extension/settings.ts';
import { declaredCommands, setOwn } from '../support.ts';

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Record<string, { readonly scope: string }> }[];
  };
}

describe('the manifest in VS Code', () => {
  const extension = vscode.extensions.getExtension('shotlist.shotlist');
  const manifest = extension?.packageJSON as Manifest;
  before(() => extension?.activate());

  it('declares exactly the commands that are registered', async () => {
    // those of the view are VS Code's own
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^shotlist\.\w+$/.test(id));
    const declared = declaredCommands();
    assert.deepEqual(registered.toSorted(), declared.toSorted());
  });

  it('declares exactly the settings that are read, with the same defaults', () => {
    const ids = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    assert.deepEqual(
      ids.toSorted(),
      Object.keys(settingDefaults)
        .map((key) => `shotlist.${key}`)
        .toSorted(),
    );
    const settings = vscode.workspace.getConfiguration('shotlist');
    for (const [key, value] of Object.entries(settingDefaults)) {
      assert.deepEqual(settings.inspect(key)?.defaultValue, value, key);
    }
  });

  it('lets a workspace set no setting that is the person’s own', async () => {
    const settings = vscode.workspace.getConfiguration('shotlist');
    for (const { properties } of manifest.contributes.configuration) {
      for (const [id, { scope }] of Object.entries(properties).filter(([, { scope }]) => scope !== 'resource')) {
        const key = id.slice('shotlist.'.length);
        await assert.rejects(
          async () => settings.update(key, settings.get(key), vscode.ConfigurationTarget.Workspace),
          `${id} (${scope})`,
        );
      }
    }
  });

  it('lets the person set all of them', async () => {
    await setOwn('connection', 'sandbox');
    assert.equal(vscode.workspace.getConfiguration('shotlist').inspect('connection')?.globalValue, 'sandbox');
    await setOwn('connection', undefined);
  });
});
