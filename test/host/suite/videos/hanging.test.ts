import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { person, run, setOwn, until, type Person } from '../support.ts';

const many = 10;

describe('ten videos that hang', () => {
  let someone: Person;
  before(() => setOwn('connection', 'sandbox'));
  after(() => setOwn('connection', undefined));
  afterEach(() => someone.restore());

  it('leave VS Code usable, and each can be cancelled', async () => {
    someone = person({
      typed: '[end:never] A fox that never comes',
      picked: Array.from({ length: many }, () => 'Make Video'),
    });
    const runs = Array.from({ length: many }, () => run('shotlist.generateVideo'));
    const asked = someone;
    await until('the questions', () => asked.lists.length === many, 30_000);
    someone.restore();
    await waitForJobs(many);

    const started = performance.now();
    await vscode.commands.executeCommand('shotlist.showMoreJobs');
    const document = await vscode.workspace.openTextDocument({ content: 'typed' });
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'still '));
    assert.equal(document.getText(), 'still typed');
    const usedMs = performance.now() - started;
    assert.ok(usedMs < 3000, `${usedMs} ms`);

    for (let left = many; left > 0; left--) {
      const rows = await offeredJobs();
      assert.equal(rows.length, left);
      someone = person({ picked: [rows[0]?.label ?? ''] });
      assert.equal((await run('shotlist.cancelJob')).ok, true);
      someone.restore();
      await waitForJobs(left - 1);
    }
    const outcomes = await Promise.all(runs);
    assert.deepEqual(
      outcomes.map(({ jobs }) => jobs?.[0]?.status),
      outcomes.map(() => 'cancelled'),
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }).timeout(120_000);

  /** The rows of *Cancel Job…*, looked at and left. */
  async function offeredJobs(): Promise<readonly vscode.QuickPickItem[]> {
    const looking = person();
    await run('shotlist.cancelJob');
    looking.restore();
    return looking.lists[0]?.rows ?? [];
  }

  async function waitForJobs(count: number): Promise<void> {
    const deadline = Date.now() + 30_000;
    while ((await offeredJobs()).length !== count) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${count} jobs`);
    }
  }
});
