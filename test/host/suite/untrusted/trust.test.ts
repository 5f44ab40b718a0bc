import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('an untrusted workspace', () => {
  it('is one', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });
});
