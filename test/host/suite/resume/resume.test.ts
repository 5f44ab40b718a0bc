import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { person, run, until, workspaceFiles, type Person } from '../support.ts';

describe('jobs that another process left', () => {
  let someone: Person | undefined;
  afterEach(() => someone?.restore());

  it('go on at start: the clip and its sidecar come without anybody doing anything', async () => {
    await until('the clip', () => workspaceFiles().some((path) => path.endsWith('.mp4.json')), 60_000);
    const clip = workspaceFiles().find((path) => path.endsWith('.mp4'));
    assert.ok(clip);
  }).timeout(90_000);

  it('are told of once, without their prompts', async () => {
    await vscode.env.clipboard.writeText('');
    someone = person();
    await run('shotlist.copyDiagnostics');
    const log = await vscode.env.clipboard.readText();
    assert.equal(log.match(/notification: Shotlist goes on with 1 video\./g)?.length, 1, log);
    assert.equal(log.match(/notification: It is not known what became of 1 image/g)?.length, 1, log);
    assert.doesNotMatch(log, /got no answer/);
  });

  it('without an answer are not sent again: the person can make them again or take them out', async () => {
    someone = person();
    await run('shotlist.resumeJobs');
    assert.match(someone.shown.join(), /There is nothing to resume/);
    someone.restore();
    someone = person();
    await run('shotlist.cancelJob');
    const rows = someone.lists[0]?.rows ?? [];
    assert.deepEqual(
      rows.map(({ description, detail }) => [description, detail]),
      [['sent, no answer', '[drop] A fox that got no answer']],
    );
    someone.restore();
    someone = person({ picked: rows[0]?.label ?? '' });
    await run('shotlist.cancelJob');
    someone.restore();
    someone = person();
    await run('shotlist.cancelJob');
    assert.match(someone.shown.join(), /There is nothing to cancel/);
    assert.equal(workspaceFiles().filter((path) => existsSync(path) && path.endsWith('.png')).length, 0);
  });
});
