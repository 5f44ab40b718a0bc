import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Outcome } from '../../../../src/extension/command.ts';
import { editText, person, run, setOwn, until, workspaceFolder, type Person, type ShownList } from '../support.ts';

const make = 'Make Video';
/** Drawn in no time. */
const small = ['Resolution', '360p (640x360)', 'Length', '3 seconds'];

interface Record {
  readonly asset: { readonly seconds: number; readonly width: number; readonly height: number };
  readonly request: {
    readonly kind: string;
    readonly prompt: string;
    readonly model: string;
    readonly parameters: unknown;
    readonly inputs: readonly { readonly role: string; readonly path: string }[];
  };
  readonly from?: readonly string[];
}

describe('videos', () => {
  let someone: Person;
  before(() => setOwn('connection', 'sandbox'));
  after(() => setOwn('connection', undefined));
  afterEach(async () => {
    someone.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function assetOf(outcome: Outcome): { path: string; record: Record } {
    const asset = outcome.jobs?.[0]?.assets[0];
    assert.ok(asset, JSON.stringify(outcome));
    assert.equal(readFileSync(asset.path).subarray(4, 8).toString('latin1'), 'ftyp');
    return { path: asset.path, record: JSON.parse(readFileSync(asset.sidecar, 'utf8')) as Record };
  }

  function rowOf(list: ShownList | undefined, label: string): vscode.QuickPickItem {
    const row = list?.rows.find((candidate) => candidate.label === label);
    assert.ok(row, `${label} in ${JSON.stringify(list?.rows.map((other) => other.label))}`);
    return row;
  }

  function uriOf(path: string): vscode.Uri | undefined {
    return vscode.workspace.workspaceFolders?.[0]?.uri.with({ path: vscode.Uri.file(path).path });
  }

  async function aClip(prompt: string): Promise<{ path: string; record: Record }> {
    someone = person({ typed: prompt, picked: [...small, make] });
    const outcome = await run('shotlist.generateVideo');
    someone.restore();
    return assetOf(outcome);
  }

  it('from a selection: Enter makes it, its file and sidecar are there, and it opens beside', async () => {
    const prompt = 'A red fox runs through the snow';
    someone = person({ picked: [make] });
    await editText('md', `# Shots\n\n${prompt}\n`, prompt);
    const outcome = await run('shotlist.generateVideoFromSelection');
    assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
    const { path, record } = assetOf(outcome);
    assert.ok(path.startsWith(join(workspaceFolder(), 'shotlist-output')));
    assert.equal(record.request.kind, 'video');
    assert.equal(record.request.prompt, prompt);
    assert.equal(record.asset.seconds, 8);
    const beside = vscode.window.tabGroups.all.find((group) => group.viewColumn === vscode.ViewColumn.Two);
    assert.ok(beside?.activeTab?.input instanceof vscode.TabInputCustom);
    assert.equal(beside.activeTab.input.uri.fsPath, path);
    assert.match(someone.shown.at(-1) ?? '', /^Made .+\.mp4 in the sandbox; nothing was sent or charged\.$/);
    assert.deepEqual(someone.offered.at(-1), ['Open', 'Download', 'Reveal', 'Insert in Editor']);
  });

  it('say beforehand what they cost, and offer only what the model allows', async () => {
    someone = person({ typed: 'A lighthouse', picked: ['Model', 'Sora 2', 'Length'] });
    const outcome = await run('shotlist.generateVideo');
    assert.equal(outcome.error?.code, 'cancelled');
    const [first, models, sora, lengths] = someone.lists;
    assert.match(rowOf(first, make).description ?? '', /^free · 8 seconds · 16:9 · 720p$/);
    assert.match(rowOf(first, 'Model').description ?? '', /^Gemini Omni 1\.1 Flash · Sandbox · free$/);
    const headings = models?.rows.filter(({ kind }) => kind === vscode.QuickPickItemKind.Separator);
    assert.deepEqual(
      headings?.map(({ label }) => label),
      ['Google Gemini, no key yet', 'Google Vertex AI, no key yet', 'Sandbox'],
    );
    assert.match(
      rowOf(models, 'Gemini Omni 1.1 Flash').description ?? '',
      /^\$0\.03 to \$0\.30 a second · 3 to 10 seconds$/,
    );
    assert.match(
      rowOf(models, 'Sora 2').description ?? '',
      /^sora-2 · free · 4, 8 or 12 seconds · ended on 2026-09-24/,
    );
    assert.match(rowOf(sora, make).description ?? '', /^free · 4 seconds · 9:16 · 720p$/);
    assert.deepEqual(
      lengths?.rows.map(({ label }) => label),
      ['4 seconds', '8 seconds', '12 seconds'],
    );
  });

  it('are as long and as large as was chosen', async () => {
    someone = person({
      typed: 'A boat',
      picked: ['Length', '3 seconds', 'Shape', '9:16 portrait', 'Resolution', '360p (360x640)', make],
    });
    const outcome = await run('shotlist.generateVideo');
    assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
    const { asset } = assetOf(outcome).record;
    assert.deepEqual([asset.seconds, asset.width, asset.height], [3, 360, 640]);
  });

  it('are made several at once', async () => {
    someone = person({ typed: 'Two boats', picked: [...small, 'Number', '2 videos', 'Make 2 Videos'] });
    const outcome = await run('shotlist.generateVideo');
    assert.deepEqual(
      outcome.jobs?.map(({ status }) => status),
      ['done', 'done'],
    );
    assert.match(someone.shown.at(-1) ?? '', /^Made 2 videos in the sandbox/);
  });

  it('begin with a picture', async () => {
    someone = person({ typed: 'A lighthouse at night' });
    const picture = (await run('shotlist.generateImage')).jobs?.[0]?.assets[0]?.path ?? '';
    someone.restore();
    someone = person({ typed: 'The light turns', picked: [...small, make] });
    const outcome = await run('shotlist.animateImage', uriOf(picture));
    assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
    assert.match(someone.inputs[0]?.title ?? '', /^Animate .+\.png$/);
    const { request } = assetOf(outcome).record;
    assert.deepEqual(
      request.inputs.map(({ role }) => role),
      ['first_frame'],
    );
  });

  it('go on from an earlier one, as its model can', async () => {
    const { path } = await aClip('A balloon over hills');
    someone = person({ typed: 'It lands', picked: ['Extend', 'Resolution', '360p', make] });
    const outcome = await run('shotlist.remixVideo', uriOf(path));
    assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
    assert.deepEqual(
      someone.lists[0]?.rows.map(({ label }) => label),
      ['Edit', 'Extend'],
    );
    assert.equal(assetOf(outcome).record.from?.length, 1);
    const job = outcome.jobs?.[0]?.id;
    someone.restore();
    someone = person({ typed: 'At night', picked: ['Edit', 'Resolution', '360p', make] });
    const edited = await run('shotlist.remixVideo', { job });
    assert.equal(edited.ok, true, JSON.stringify(edited.error));
  });

  it('that are there already are named before they are made again', async () => {
    const { path } = await aClip('A tower in the fog');
    someone = person({ typed: 'A tower in the fog', picked: [...small, make] });
    const outcome = await run('shotlist.generateVideo');
    assert.equal(outcome.error?.code, 'cancelled');
    assert.ok(someone.shown[0]?.includes(path.split('/').at(-1) ?? '?'), someone.shown[0]);
    assert.deepEqual(someone.offered[0], ['Open It', 'Make Again']);
    someone.restore();
    someone = person({
      typed: 'A tower in the fog',
      picked: [...small, make],
      buttons: { 'already have': 'Make Again' },
    });
    assert.equal((await run('shotlist.generateVideo')).ok, true);
  });

  it('are linked in Markdown', async () => {
    someone = person({ picked: [...small, make], buttons: { Made: 'Insert in Editor' } });
    const { document } = await editText('md', 'A gull\n', 'A gull');
    await run('shotlist.generateVideoFromSelection');
    await until('the link', () => document.getText().includes(']('));
    assert.match(document.getText(), /^A gull\n\n\[A gull\]\(shotlist-output\/[\w-]+\.mp4\)\n$/);
  });

  it('that are refused say so in words, and can be made again only by asking', async () => {
    someone = person({ typed: '[end:moderation] A fox', picked: [...small, make] });
    const outcome = await run('shotlist.generateVideo');
    assert.equal(outcome.error?.code, 'moderation_blocked');
    const job = outcome.jobs?.[0]?.id;
    someone.restore();
    someone = person();
    assert.equal((await run('shotlist.retryJob', { job })).error?.code, 'cancelled');
    assert.match(someone.shown[0] ?? '', /^Make 1 video again with gemini-omni-1\.1-flash\?$/);
  });
});
