import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Outcome } from '../../../../src/extension/command.ts';
import { editText, person, run, setOwn, until, workspaceFolder, type Person } from '../support.ts';

const prompt = 'A red fox in the snow, morning light';

describe('Generate Image from Selection', () => {
  let someone: Person;
  before(() => setOwn('connection', 'sandbox'));
  after(() => setOwn('connection', undefined));
  afterEach(async () => {
    someone.restore();
    await setOwn('insertStyle', undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function assetOf(outcome: Outcome): { path: string; sidecar: string } {
    const asset = outcome.jobs?.[0]?.assets[0];
    assert.ok(asset, JSON.stringify(outcome));
    return asset;
  }

  it('makes a picture and its sidecar in the workspace, and opens it beside', async () => {
    someone = person();
    await editText('md', `# Shots\n\n${prompt}\n`, prompt);
    const outcome = await run('shotlist.generateFromSelection');
    assert.equal(outcome.ok, true);
    const { path, sidecar } = assetOf(outcome);
    assert.ok(path.startsWith(join(workspaceFolder(), 'shotlist-output')));
    assert.deepEqual([...readFileSync(path).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    const record = JSON.parse(readFileSync(sidecar, 'utf8')) as { request: { prompt: string; connection: string } };
    assert.equal(record.request.prompt, prompt);
    assert.equal(record.request.connection, 'sandbox');
    const beside = vscode.window.tabGroups.all.find((group) => group.viewColumn === vscode.ViewColumn.Two);
    const input = beside?.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.uri.fsPath, path);
    assert.equal(vscode.window.activeTextEditor?.document.fileName.endsWith('.md'), true, 'the editor keeps the focus');
    assert.match(someone.shown.at(-1) ?? '', /^Made .+\.png in the sandbox; nothing was sent or charged\.$/);
  });

  for (const [language, before, expected] of [
    [
      'md',
      `${prompt}\n\nNext\n`,
      /^A red fox .*\n\n!\[A red fox in the snow, morning light\]\(shotlist-output\/[\w-]+\.png\)\n\nNext\n$/,
    ],
    [
      'html (by the setting)',
      `<p>${prompt}</p>\n`,
      /^<p>A red fox .* <img src="shotlist-output\/[\w-]+\.png" alt="A red fox in the snow, morning light"><\/p>\n$/,
    ],
    ['txt', `  ${prompt}\n`, /^ {2}A red fox .*\n {2}shotlist-output\/[\w-]+\.png\n$/],
  ] as const) {
    it(`inserts what ${language} takes`, async () => {
      someone = person({ buttons: { Made: 'Insert in Editor' } });
      // a document of the language would start its server, which the slim host lacks
      if (language.startsWith('html')) await setOwn('insertStyle', 'html');
      const { document } = await editText(language === 'md' ? 'md' : 'txt', before, prompt);
      await run('shotlist.generateFromSelection');
      await until('the text', () => document.getText() !== before);
      assert.match(document.getText(), expected);
      const [, link] = /(shotlist-output\/[\w-]+\.png)/.exec(document.getText()) ?? [];
      assert.ok(existsSync(join(workspaceFolder(), link ?? '')));
    });
  }

  it('inserts at the right place although the text above it grew meanwhile', async () => {
    const { promise: decided, resolve: decide } = Promise.withResolvers<string>();
    someone = person();
    const window = vscode.window as unknown as Record<string, unknown>;
    window['showInformationMessage'] = () => decided;
    const { document } = await editText('md', `${prompt}\n\nLast\n`, prompt);
    await run('shotlist.generateFromSelection');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'New first paragraph.\n\n');
    await vscode.workspace.applyEdit(edit);
    decide('Insert in Editor');
    await until('the link', () => document.getText().includes('!['));
    assert.match(document.getText(), /^New first paragraph\.\n\nA red fox .*\n\n!\[.*\]\(.*\)\n\nLast\n$/);
  });

  it('copies the path', async () => {
    someone = person({ buttons: { Made: 'Copy Path' } });
    await editText('md', `${prompt}\n`, prompt);
    await vscode.env.clipboard.writeText('');
    const { path } = assetOf(await run('shotlist.generateFromSelection'));
    let copied = '';
    await until('the clipboard', () => {
      void vscode.env.clipboard.readText().then((text) => (copied = text));
      return copied !== '';
    });
    assert.equal(copied, path);
  });

  it('says what is wrong where nothing is selected', async () => {
    someone = person();
    await editText('md', 'text\n', '');
    const outcome = await run('shotlist.generateFromSelection');
    assert.equal(outcome.error?.code, 'invalid_request');
    assert.match(someone.shown.join(), /There is no prompt\. Select the text/);
  });

  it('shows an error of the provider with its code', async () => {
    someone = person();
    await editText('md', '[fail:quota_exceeded] x\n', '[fail:quota_exceeded] x');
    const outcome = await run('shotlist.generateFromSelection');
    assert.equal(outcome.ok, false);
    assert.equal(outcome.error?.code, 'quota_exceeded');
    assert.equal(someone.shown.length, 1);
  });

  it('leaves the extension host responsive while a picture is made', async () => {
    someone = person();
    await editText('md', `${prompt}\n`, prompt);
    // the first run loads code; what counts is what drawing costs
    await run('shotlist.generateFromSelection');
    const late: number[] = [];
    let due = performance.now() + 50;
    const timer = setInterval(() => {
      late.push(performance.now() - due);
      due = performance.now() + 50;
    }, 50);
    await run('shotlist.generateFromSelection');
    clearInterval(timer);
    assert.ok(late.length > 0);
    assert.ok(Math.max(...late) <= 100, `late by ${Math.max(...late)} ms`);
  });
});

describe('Generate Image…', () => {
  let someone: Person;
  before(() => setOwn('connection', 'sandbox'));
  after(() => setOwn('connection', undefined));
  afterEach(() => someone.restore());

  it('asks for the prompt, also where one is handed over', async () => {
    someone = person();
    const outcome = await run('shotlist.generateImage', { prompt: 'from a link' });
    assert.equal(outcome.error?.code, 'cancelled');
    assert.equal(someone.inputs[0]?.value, 'from a link');
  });

  it('makes what is typed', async () => {
    someone = person({ typed: 'A lighthouse' });
    const outcome = await run('shotlist.generateImage');
    assert.equal(outcome.jobs?.[0]?.prompt, 'A lighthouse');
    assert.equal(outcome.ok, true);
  });
});

describe('Edit Image…', () => {
  let someone: Person;
  before(() => setOwn('connection', 'sandbox'));
  after(() => setOwn('connection', undefined));
  afterEach(() => someone.restore());

  it('takes the selected files as references', async () => {
    someone = person({ typed: 'A lighthouse' });
    const first = (await run('shotlist.generateImage')).jobs?.[0]?.assets[0]?.path ?? '';
    const second = (await run('shotlist.generateImage')).jobs?.[0]?.assets[0]?.path ?? '';
    someone.restore();
    someone = person({ typed: 'Make it night' });
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uris = [first, second].map((path) => folder?.with({ path: vscode.Uri.file(path).path }));
    const outcome = await run('shotlist.editImage', uris[0], uris);
    assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
    assert.equal(someone.inputs[0]?.title, 'Edit 2 Images');
    const sidecar = readFileSync(outcome.jobs?.[0]?.assets[0]?.sidecar ?? '', 'utf8');
    const { request } = JSON.parse(sidecar) as { request: { inputs: { role: string; path: string }[] } };
    assert.deepEqual(
      request.inputs.map(({ role }) => role),
      ['reference', 'reference'],
    );
    assert.ok(request.inputs.every(({ path }) => path.startsWith('shotlist-output/')));
  });
});
