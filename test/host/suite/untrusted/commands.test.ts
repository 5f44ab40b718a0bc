import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  declaredCommands,
  editText,
  person,
  recordFetch,
  run,
  setOwn,
  workspaceFiles,
  workspaceFolder,
} from '../support.ts';

const harmless = ['shotlist.showLog', 'shotlist.copyDiagnostics', 'shotlist.showMoreJobs'];

describe('in an untrusted workspace', () => {
  it('every command refuses, sends nothing and writes nothing', async () => {
    await setOwn('connection', 'sandbox');
    await editText('md', 'A fox\n', 'A fox');
    const files = workspaceFiles();
    const someone = person({ typed: 'A fox' });
    const network = recordFetch(() => new Response('{}', { status: 500 }));
    const commands = declaredCommands();
    assert.equal(commands.length, 22);
    for (const command of commands) {
      const outcome = await run(command);
      if (harmless.includes(command)) assert.deepEqual(outcome, { ok: true }, command);
      else assert.equal(outcome.error?.code, 'untrusted_workspace', command);
    }
    network.restore();
    someone.restore();
    assert.deepEqual(network.sent, []);
    assert.deepEqual(someone.inputs, []);
    assert.deepEqual(workspaceFiles(), files);
    assert.equal(existsSync(join(workspaceFolder(), '.shotlist')), false);
    assert.match(someone.shown.join('\n'), /in a workspace that you have not trusted/);
  });
});
