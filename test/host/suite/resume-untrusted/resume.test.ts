import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { run, workspaceFiles } from '../support.ts';

describe('jobs that lie in an untrusted workspace', () => {
  it('are not gone on with', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await vscode.extensions.getExtension('shotlist.shotlist')?.activate();
    await vscode.commands.executeCommand('shotlist.jobs.focus');
    for (const command of ['shotlist.resumeJobs', 'shotlist.cancelJob', 'shotlist.retryJob']) {
      assert.equal((await run(command)).error?.code, 'untrusted_workspace', command);
    }
    // longer than the clip takes
    await delay(5000);
    assert.deepEqual(
      workspaceFiles().filter((path) => path.startsWith('shotlist-output/')),
      [],
    );
  }).timeout(30_000);
});
