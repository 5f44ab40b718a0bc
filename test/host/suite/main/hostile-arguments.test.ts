import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  declaredCommands,
  person,
  recordFetch,
  run,
  workspaceFiles,
  workspaceFolder,
  type Person,
} from '../support.ts';

const hostile: readonly unknown[][] = [
  ['/etc/passwd'],
  [{ prompt: 'x'.repeat(40_000) }],
  [{ prompt: 'x', connection: 'evil', baseUrl: 'http://127.0.0.1:1' }],
  [{ scheme: 'file', path: '/etc/passwd', fsPath: '/etc/passwd' }],
  [42, [null, {}]],
  [{ job: '../../etc/passwd' }],
  [{ job: 'job_0', entry: { job: { outputs: [{ path: '/etc/passwd', placed: true }] } } }],
  [{ entry: { home: vscode.Uri.file('/'), job: { id: 'job_0', state: 'done', outputs: [] } }, isMember: false }],
  [{ __proto__: { prompt: 1 } }, [vscode.Uri.file('/etc/passwd')]],
  [vscode.Uri.file('/etc/passwd'), Array.from({ length: 5000 }, () => vscode.Uri.file('/etc/passwd'))],
];

describe('commands called by others', () => {
  let someone: Person;
  let network: ReturnType<typeof recordFetch>;
  beforeEach(() => {
    someone = person();
    network = recordFetch(() => new Response('{}', { status: 500 }));
  });
  afterEach(() => {
    someone.restore();
    network.restore();
  });

  it('with wrong arguments send nothing, write nothing and never throw', async () => {
    const files = workspaceFiles();
    for (const command of declaredCommands()) {
      for (const args of hostile) {
        const outcome = await run(command, ...args);
        assert.equal(typeof outcome.ok, 'boolean', command);
        if (/generate|edit|animate|remix|retry|Result|Outside|Sidecar|Prompt/.test(command))
          assert.equal(outcome.ok, false, `${command} ${JSON.stringify(args)}`);
      }
    }
    assert.deepEqual(network.sent, []);
    assert.deepEqual(workspaceFiles(), files);
  });

  it('can name no picture outside of the workspace', async () => {
    const outcome = await run('shotlist.editImage', vscode.Uri.file('/etc/ssl/logo.png'));
    assert.equal(outcome.error?.code, 'outside_workspace');
    assert.deepEqual(someone.inputs, []);
  });

  it('can hand over no file that only looks like a picture', async () => {
    const path = join(workspaceFolder(), 'secret.png');
    writeFileSync(path, 'API_KEY=very-secret-text\n');
    someone.restore();
    someone = person({ typed: 'Make it night', buttons: { 'no key': 'Try the Sandbox' } });
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const outcome = await run('shotlist.editImage', folder?.with({ path: vscode.Uri.file(path).path }));
    assert.equal(outcome.error?.code, 'invalid_request');
    assert.deepEqual(network.sent, []);
  });
});
